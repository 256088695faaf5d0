import { describe, expect, it } from "vitest";
import { billedRequests, TrafficMeter } from "../../bench/traffic-meter.ts";

const callOf = (operation: string, request: object) => ({ operation, readBody: () => JSON.stringify(request) });

describe("what SQS bills", () => {
  it.each([
    ["nothing", [], 1],
    ["a small message", ["a"], 1],
    ["64 KB", ["a".repeat(65_536)], 1],
    ["a byte more", ["a".repeat(65_536), "b"], 2],
    ["bytes, not characters", ["ö".repeat(40_000)], 2],
    ["ten messages of 48 KB", new Array<string>(10).fill("a".repeat(49_152)), 8],
  ])("for %s is as it should be", (_what, bodies, requests) => {
    expect(billedRequests(bodies)).toBe(requests);
  });

  it("is counted for sends, receives and deletes", () => {
    const meter = new TrafficMeter();
    meter.countCall(callOf("SendMessage", { MessageBody: "a" }));
    meter.countCall(
      callOf("SendMessageBatch", { Entries: [{ MessageBody: "a".repeat(65_536) }, { MessageBody: "b" }] }),
    );
    meter.countCall(callOf("UpdateItem", {}));
    meter.countInvocation(["a", "b", "c"]);
    meter.countDeletes(2);
    expect(meter.read()).toEqual({ invocations: 1, received: 3, sent: 3, queueRequests: 1 + 2 + 1 + 2 });
    meter.reset();
    expect(meter.read()).toEqual({ invocations: 0, received: 0, sent: 0, queueRequests: 0 });
  });
});
