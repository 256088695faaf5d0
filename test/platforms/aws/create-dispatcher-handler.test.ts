import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../src/dispatcher/index.ts";
import type { AwsPlatform } from "../../../src/platforms/aws/aws-platform.ts";
import { createDispatcherHandler } from "../../../src/platforms/aws/create-dispatcher-handler.ts";
import { systemClock } from "../../../src/platforms/aws/system-clock.ts";
import { MemoryLogger } from "../../../src/platforms/memory/index.ts";
import { lambdaContext } from "./lambda-context.ts";

const object = (key: string) => ({
  eventSource: "aws:s3",
  eventName: "ObjectCreated:Put",
  awsRegion: "eu-central-1",
  s3: { bucket: { name: "uploads" }, object: { key, size: 1, eTag: "e", sequencer: "1" } },
});

/** A platform whose dispatcher refuses what the test says and starts everything else. */
function platformThat(outcomeOf: (workflowId: string) => Outcome) {
  const started: string[] = [];
  const platform: AwsPlatform = {
    bindings: { objectCreated: [{ definitionId: "import" }], schedules: [] },
    logger: new MemoryLogger(),
    clock: systemClock,
    close: () => undefined,
    dispatcher: {
      execute: async (command) => {
        const id = "workflowId" in command ? command.workflowId : "";
        started.push(id);
        return outcomeOf(id);
      },
      dispatchBatch: async (records) => records.map(() => ({ status: "rejected", reason: new Error("no") }) as const),
      sweep: () => Promise.reject(new Error("not expected")),
    },
  };
  return { started, platform, handler: createDispatcherHandler(platform) };
}

describe("DispatcherFunction", () => {
  it("lets one bad record of a direct S3 event keep no other from its start, and is an error all the same", async () => {
    let refusals = 0;
    const { started, handler } = platformThat((workflowId) => {
      refusals += 1;
      return refusals === 1
        ? { type: "refused", code: "conflict", reason: "used before" }
        : { type: "started", workflowId, isNew: true };
    });
    const event = { Records: ["a", "b", "c"].map(object) };
    await expect(handler(event, lambdaContext())).rejects.toThrow("used before");
    expect(new Set(started).size).toBe(3);
  });

  it("answers an SQS batch with its failures, and never in place of an error of another event", async () => {
    const { handler } = platformThat(() => ({ type: "later", until: 0, why: "held" }));
    const record = { messageId: "m1", receiptHandle: "r", body: "{}", eventSource: "aws:sqs", attributes: {} };
    expect(await handler({ Records: [record] }, lambdaContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: "m1" }],
    });
    const direct = { type: "step", workflowId: "w", version: 0 };
    await expect(handler(direct, lambdaContext())).rejects.toThrow("Not now: held");
    await expect(handler({ hello: "world" }, lambdaContext())).rejects.toMatchObject({ code: "input.unknown-event" });
  });

  it("lets the dispatcher answer to the end: no early timeout answers in its place", async () => {
    const { platform } = platformThat((workflowId) => ({ type: "started", workflowId, isNew: true }));
    const { execute } = platform.dispatcher;
    // Longer than what is left: an early timeout, however short, would be first.
    const handler = createDispatcherHandler({
      ...platform,
      dispatcher: {
        ...platform.dispatcher,
        execute: async (command, invocation) => {
          await delay(30);
          return execute(command, invocation);
        },
        dispatchBatch: async (records) => {
          await delay(30);
          return records.map(() => ({ status: "fulfilled", value: undefined }));
        },
      },
    });
    const context = { ...lambdaContext(), getRemainingTimeInMillis: () => 10 };
    const record = { messageId: "m1", receiptHandle: "r", body: "{}", eventSource: "aws:sqs", attributes: {} };
    expect(await handler({ Records: [record] }, context)).toEqual({ batchItemFailures: [] });
    const direct = { type: "step", workflowId: "w", version: 0 };
    expect(await handler(direct, context)).toEqual([{ type: "started", workflowId: "w", isNew: true }]);
  });
});
