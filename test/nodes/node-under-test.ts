import {
  type NodeDefinition,
  type NodeOutcome,
  RefluxoError,
  StandardSchemaValidator,
  type StepContext,
} from "../../src/engine/index.ts";
import {
  MemoryBlobStore,
  MemoryEventPublisher,
  MemoryHttpClient,
  MemoryMessageSender,
} from "../../src/platforms/memory/index.ts";
import type { NodeGlobals } from "../../src/ports/node-globals.ts";

/** A step as the engine describes it to an executor. */
export const step: StepContext = {
  workflowId: "order-1",
  version: 3,
  attempt: 1,
  startedAt: Date.parse("2026-11-22T12:00:00Z"),
  stepKey: "order-1#send#0",
  attemptKey: "order-1#send#0#1",
  signal: new AbortController().signal,
  resumeToken: async () => "a-secret-token",
};

/** The services of a node, in memory. */
export interface FakeGlobals extends NodeGlobals {
  readonly blobs: MemoryBlobStore;
  readonly http: MemoryHttpClient;
  readonly events: MemoryEventPublisher;
  readonly messages: MemoryMessageSender;
}

/** Services in memory; `http` answers requests, `secrets` are found by reference. */
export function fakeGlobals(
  parts: { readonly http?: MemoryHttpClient; readonly secrets?: Readonly<Record<string, string>> } = {},
): FakeGlobals {
  return {
    blobs: new MemoryBlobStore(),
    payloadBucket: "payloads",
    readableBuckets: ["payloads", "uploads"],
    http: parts.http ?? new MemoryHttpClient(),
    events: new MemoryEventPublisher(),
    messages: new MemoryMessageSender(["orders", "orders.fifo"]),
    secret: async (reference) => {
      const secret = parts.secrets?.[reference];
      if (secret === undefined)
        throw new RefluxoError("secret.missing", "There is no such secret", { isRetryable: true });
      return secret;
    },
    resumeUrl: async () => "https://api.test/resume/a-secret-token",
  };
}

/** Runs a node type once as the engine does: its schema first, which may refuse the data with `node.input_invalid`. */
export async function runNode(
  definition: NodeDefinition,
  data: unknown,
  globals: NodeGlobals = fakeGlobals(),
  over: Partial<StepContext> = {},
): Promise<NodeOutcome> {
  const checked = await new StandardSchemaValidator().validate(data, definition.metadata);
  if (!checked.valid) throw new RefluxoError("node.input_invalid", JSON.stringify(checked.errors));
  return definition.executor(checked.data, {}, undefined, globals, { ...step, ...over });
}

/** What a run of a node rejects with; throws when it does not. */
export async function failureOf(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    (outcome) => {
      throw new Error(`It did not fail, but gave ${JSON.stringify(outcome)}`);
    },
    (error: unknown) => error,
  );
}
