import { describe, expect, test } from "vitest";
import { nodes } from "../../src/nodes/index.ts";
import { failureOf, fakeGlobals, runNode, step } from "./node-under-test.ts";

const publishEvent = nodes["publish-event"] ?? expect.fail("there is no publish-event");
const data = { source: "shop.orders", detailType: "Order Shipped", detail: { orderId: "o1" } };

describe("publish-event", () => {
  test("publishes its event as it stands, and results in its id", async () => {
    const globals = fakeGlobals();
    expect(await runNode(publishEvent, data, globals)).toEqual({ data: { eventId: "event-1" } });
    expect(globals.events.events).toEqual([{ ...data, eventId: "event-1" }]);
  });

  test("with idempotency adds the step's key, the same for every attempt, and the workflow", async () => {
    const globals = fakeGlobals();
    for (const attempt of [1, 2]) await runNode(publishEvent, { ...data, idempotency: true }, globals, { attempt });
    const metadata = { idempotencyKey: step.stepKey, workflowId: step.workflowId };
    expect(globals.events.events.map(({ detail }) => detail)).toEqual([
      { orderId: "o1", metadata },
      { orderId: "o1", metadata },
    ]);
  });

  test("with idempotency does not overwrite metadata of the detail's own", async () => {
    const taken = { ...data, detail: { metadata: { a: 1 } }, idempotency: true };
    expect(await failureOf(runNode(publishEvent, taken))).toMatchObject({
      code: "event.metadata-taken",
      isRetryable: false,
    });
  });

  test("takes an event of 256 KiB, source and detail type included, and none that is a byte larger", async () => {
    const rest = Buffer.byteLength(`${data.source}${data.detailType}{"text":""}`);
    const exactly = { ...data, detail: { text: "x".repeat(256 * 1024 - rest) } };
    expect(await runNode(publishEvent, exactly)).toMatchObject({ data: { eventId: "event-1" } });
    const above = { ...data, detail: { text: "x".repeat(256 * 1024 - rest + 1) } };
    const inBytes = { ...data, detail: { text: "ö".repeat(128 * 1024) } };
    for (const large of [above, inBytes]) {
      expect(await failureOf(runNode(publishEvent, large))).toMatchObject({
        code: "event.too-large",
        isRetryable: false,
      });
    }
  });

  test.each([
    [{ ...data, source: "" }],
    [{ ...data, source: "aws.s3" }],
    [{ ...data, source: "AWS.s3" }],
    [{ ...data, detailType: "" }],
    [{ ...data, detailType: "x".repeat(129) }],
    [{ ...data, detail: "text" }],
    [{ ...data, detail: [1] }],
    [{ source: "a", detailType: "b" }],
    [{ ...data, eventBusName: "other" }],
  ])("data %j is refused", async (bad) => {
    expect(await failureOf(runNode(publishEvent, bad))).toMatchObject({ code: "node.input_invalid" });
  });
});
