import { describe, expect, test } from "vitest";
import { nodes } from "../../src/nodes/index.ts";
import { failureOf, fakeGlobals, runNode, step } from "./node-under-test.ts";

const sendMessage = nodes["send-message"] ?? expect.fail("there is no send-message");

async function send(data: unknown, over = {}) {
  const globals = fakeGlobals();
  const outcome = await runNode(sendMessage, data, globals, over);
  return { outcome, message: globals.messages.messages[0] };
}

describe("send-message", () => {
  test.each([
    [{ total: 5 }, '{"total":5}'],
    [[1], "[1]"],
    [null, "null"],
    ["a text 🚀", "a text 🚀"],
  ])("sends %j", async (body, sent) => {
    const { outcome, message } = await send({ queue: "orders", body });
    expect(outcome).toEqual({ data: { messageId: "message-1" } });
    expect(message).toEqual({ queue: "orders", body: sent, attributes: {}, messageId: "message-1" });
  });

  test("escapes in JSON what a queue does not take", async () => {
    const { message } = await send({ queue: "orders", body: { text: "a\u0000\uffff🚀" } });
    expect(message?.body).toBe('{"text":"a\\u0000\\uffff\\ud83d\\ude80"}');
    expect(JSON.parse(message?.body ?? "")).toEqual({ text: "a\u0000\uffff🚀" });
  });

  test("hands on delay, attributes, and the group of a fair queue", async () => {
    const more = { delaySeconds: 900, groupId: "tenant-1", attributes: { kind: "order", "shop.region": "eu" } };
    expect((await send({ queue: "orders", body: "x", ...more })).message).toMatchObject(more);
  });

  test("to a FIFO queue is deduplicated by the step's key, the same for every attempt, unless it names another", async () => {
    const data = { queue: "orders.fifo", body: "x", groupId: "o1" };
    for (const attempt of [1, 2]) {
      expect((await send(data, { attempt })).message).toMatchObject({ groupId: "o1", deduplicationId: step.stepKey });
    }
    const named = await send({ ...data, deduplicationId: "mine" });
    expect(named.message).toMatchObject({ deduplicationId: "mine" });
  });

  test.each(["größe#send#0", "x".repeat(129), "with space#a#0"])(
    "deduplicates by the digest of the step's key %j, which is no id",
    async (stepKey) => {
      const ids = [];
      for (const _ of [1, 2])
        ids.push((await send({ queue: "orders.fifo", body: "x", groupId: "g" }, { stepKey })).message);
      const [first, second] = ids.map((message) => message?.deduplicationId);
      expect(first).toMatch(/^[0-9a-f]{64}$/);
      expect(second).toBe(first);
    },
  );

  test.each([
    [{ body: "x" }],
    [{ queue: "orders", queueUrl: "https://sqs.eu-central-1.amazonaws.com/1/orders", body: "x" }],
    [{ queue: "orders", body: "" }],
    [{ queue: "orders", body: "a\u0000" }],
    [{ queue: "orders", body: "\ud800" }],
    [{ queue: "orders", body: "x", deduplicationId: "d" }],
    [{ queue: "orders.fifo", body: "x" }],
    [{ queue: "orders.fifo", body: "x", groupId: "g", delaySeconds: 1 }],
  ])("%j is a message that cannot be sent: it fails for good", async (data) => {
    expect(await failureOf(runNode(sendMessage, data))).toMatchObject({ code: "message.invalid", isRetryable: false });
  });

  test("takes a MiB, attributes included, and not a byte more", async () => {
    const attributes = { kind: "order" };
    const rest = Buffer.byteLength("kindStringorder");
    const sized = (length: number) => ({ queue: "orders", body: "x".repeat(length), attributes });
    expect((await send(sized(2 ** 20 - rest))).outcome).toMatchObject({ data: { messageId: "message-1" } });
    const error = await failureOf(runNode(sendMessage, sized(2 ** 20 - rest + 1)));
    expect(error).toMatchObject({ code: "message.too-large", isRetryable: false });
  });

  test("to a queue that the configuration does not name fails for good", async () => {
    const error = await failureOf(runNode(sendMessage, { queue: "of-others", body: "x" }));
    expect(error).toMatchObject({ code: "message.queue-refused", isRetryable: false });
  });

  test.each([
    [{ queue: "a b", body: "x" }],
    [{ queue: "../steps", body: "x" }],
    [{ queueUrl: "orders", body: "x" }],
    [{ queue: "orders", body: "x", delaySeconds: 901 }],
    [{ queue: "orders", body: "x", groupId: "two words" }],
    [{ queue: "orders", body: "x", attributes: { "aws.a": "x" } }],
    [{ queue: "orders", body: "x", attributes: { "a..b": "x" } }],
    [{ queue: "orders", body: "x", attributes: { a: "" } }],
    [{ queue: "orders", body: "x", attributes: { a: "\u0000" } }],
    [
      {
        queue: "orders",
        body: "x",
        attributes: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`a${i}`, "x"])),
      },
    ],
  ])("data %j is refused", async (data) => {
    expect(await failureOf(runNode(sendMessage, data))).toMatchObject({ code: "node.input_invalid" });
  });
});
