import * as v from "valibot";
import { type NodeDefinition, RefluxoError } from "../engine/index.ts";
import type { NodeGlobals } from "../ports/node-globals.ts";
import { sizeOf } from "./bytes.ts";
import { given } from "./given.ts";
import { idempotencyKeyOf } from "./idempotency-key.ts";
import { recordOf } from "./record-of.ts";
import { serviceRetryPolicy } from "./service-retry-policy.ts";

/** The most bytes of an event: source, detail type and detail together. */
const maxEventBytes = 256 * 1024;

const Label = (maxLength: number) =>
  v.pipe(
    v.string(),
    v.minLength(1, "must not be empty"),
    v.maxLength(maxLength, `must be at most ${maxLength} characters`),
  );

/** The event. With `idempotency` its detail gets `metadata: { idempotencyKey, workflowId }`. */
export const PublishEventData = v.strictObject({
  source: v.pipe(
    Label(256),
    v.check((source) => !/^aws\./i.test(source), "must not begin with aws., which is the services' own"),
  ),
  detailType: Label(128),
  detail: recordOf(v.unknown()),
  idempotency: v.exactOptional(v.boolean()),
});
export type PublishEventData = v.InferOutput<typeof PublishEventData>;

/** The event as the bus knows it. */
export interface PublishedEvent {
  readonly eventId: string;
}

/**
 * Publishes an event, at least once: after a crash it may go out again, under another event id. Throws terminal errors:
 * `event.too-large`, `event.metadata-taken`, `event.refused`. What the bus cannot take now is retried.
 */
export const publishEvent: NodeDefinition<PublishEventData, PublishedEvent, NodeGlobals> = {
  metadata: { input: PublishEventData },
  retryPolicy: serviceRetryPolicy,
  async executor(data, _context, _externalPayload, globals, step) {
    const { workflowId, stepKey } = given(step, "step");
    const { source, detailType, detail, idempotency = false } = data;
    if (idempotency && Object.hasOwn(detail, "metadata")) {
      throw new RefluxoError(
        "event.metadata-taken",
        "The detail has metadata of its own, where idempotency puts its key",
      );
    }
    const metadata = idempotency ? { metadata: { idempotencyKey: await idempotencyKeyOf(stepKey), workflowId } } : {};
    const event = { source, detailType, detail: { ...detail, ...metadata } };
    const sizeBytes = sizeOf(source) + sizeOf(detailType) + sizeOf(JSON.stringify(event.detail));
    if (sizeBytes > maxEventBytes) {
      throw new RefluxoError("event.too-large", `The event has ${sizeBytes} bytes, more than ${maxEventBytes}`);
    }
    return { data: await given(globals, "globals").events.publish(event) };
  },
};
