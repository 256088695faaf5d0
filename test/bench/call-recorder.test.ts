import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { CallRecorder } from "../../bench/call-recorder.ts";
import { CapacityMeter } from "../../src/platforms/local/emulators/capacity-meter.ts";

/** An HTTP handler whose requests each cost what their body says, in write units. */
function openClient() {
  const meter = new CapacityMeter();
  const recorder = new CallRecorder(meter, ({ operation }) => operation === "PutItem");
  const handler = {
    handle: async (request: { headers: Readonly<Record<string, string>>; body?: unknown }) => {
      await setImmediate();
      meter.add({ writeUnits: Number(request.body), indexWriteUnits: 1 });
    },
  };
  recorder.extension.configure({ httpHandler: () => handler });
  const call = (operation: string, units: number) =>
    handler.handle({ headers: { "x-amz-target": `DynamoDB_20120810.${operation}` }, body: String(units) });
  return { recorder, call };
}

describe("the call recorder", () => {
  it("tells the units of requests made once per workflow from those of the steps, index writes included", async () => {
    const { recorder, call } = openClient();
    await call("PutItem", 2);
    await call("UpdateItem", 3);
    await call("UpdateItem", 4);

    const none = { readUnits: 0, bytesWritten: 0 };
    expect(recorder.costs.once).toEqual({ calls: { PutItem: 1 }, writeUnits: 3, ...none });
    expect(recorder.costs.perStep).toEqual({ calls: { UpdateItem: 2 }, writeUnits: 9, ...none });
    recorder.reset();
    expect(recorder.units.writeUnits).toBe(0);
    expect(recorder.calls).toEqual({ once: {}, perStep: {} });
  });

  it.each([
    ["begun before", ["UpdateItem", "PutItem"]],
    ["begun after", ["PutItem", "UpdateItem"]],
  ])("refuses to tell them apart when another request overlapped, %s", async (_when, operations) => {
    const { recorder, call } = openClient();
    await Promise.all(operations.map((operation) => call(operation, 1)));

    expect(() => recorder.costs).toThrow("overlapped");
    expect(recorder.calls).toEqual({ once: { PutItem: 1 }, perStep: { UpdateItem: 1 } });
  });

  it("counts a request that fails", async () => {
    const { recorder } = openClient();
    const broken = { handle: (_request: object) => Promise.reject(new Error("refused")) };
    recorder.extension.configure({ httpHandler: () => broken });

    await expect(broken.handle({ headers: { "x-amz-target": "AmazonSQS.SendMessage" } })).rejects.toThrow("refused");
    expect(recorder.calls.perStep).toEqual({ SendMessage: 1 });
  });
});
