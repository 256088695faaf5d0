import * as v from "valibot";
import { RefluxoError } from "../engine/index.ts";
import { sizeOf } from "./bytes.ts";
import { defineNode } from "./define-node.ts";
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
    v.description("Who says it, such as shop.orders."),
  ),
  detailType: v.pipe(Label(128), v.description("What happened, such as Order Shipped.")),
  detail: recordOf(v.unknown(), "What the event tells: an object."),
  idempotency: v.exactOptional(
    v.pipe(v.boolean(), v.description("True adds metadata with the step's key to the detail.")),
  ),
});
export type PublishEventData = v.InferOutput<typeof PublishEventData>;

/** The event as the bus knows it. */
export const PublishedEvent = v.strictObject({ eventId: v.string() });
export type PublishedEvent = v.InferOutput<typeof PublishedEvent>;

/**
 * Publishes an event, at least once: after a crash it may go out again, under another event id. Throws terminal errors:
 * `event.too-large`, `event.metadata-taken`, `event.refused`. What the bus cannot take now is retried.
 */
export const publishEvent = defineNode({
  metadata: { description: "Publishes an event on EventBridge.", input: PublishEventData, output: PublishedEvent },
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
    const { eventId } = await given(globals, "globals").events.publish(event);
    return { data: { eventId } };
  },
});
