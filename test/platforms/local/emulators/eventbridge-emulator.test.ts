import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { expect, it, onTestFinished } from "vitest";
import {
  type PublishedEvent,
  startEventBridgeEmulator,
} from "../../../../src/platforms/local/emulators/eventbridge-emulator.ts";

async function startOne() {
  const emulator = await startEventBridgeEmulator({ port: 0 });
  const events: PublishedEvent[] = [];
  emulator.onEvent((event) => events.push(event));
  const client = new EventBridgeClient({
    endpoint: `http://127.0.0.1:${emulator.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await emulator.stop();
  });
  return { client, events };
}

const entry = { Source: "shop.orders", DetailType: "Order Shipped", Detail: '{"orderId":"ö1"}' };

it("hands over what the real SDK publishes", async () => {
  const { client, events } = await startOne();
  const Time = new Date("2026-11-22T01:58:30Z");
  const named = {
    ...entry,
    EventBusName: "arn:aws:events:us-east-1:000000000000:event-bus/orders",
    Time,
    Resources: ["r"],
  };
  const { Entries = [], FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: [entry, named] }));
  expect(FailedEntryCount).toBe(0);
  const shared = { source: "shop.orders", detailType: "Order Shipped", detail: { orderId: "ö1" } };
  expect(events).toEqual([
    { ...shared, eventId: Entries[0]?.EventId, busName: "default", resources: [] },
    { ...shared, eventId: Entries[1]?.EventId, busName: "orders", resources: ["r"], time: Time.getTime() },
  ]);
});

it.each([
  [{ ...entry, Source: "aws.s3" }, "NotAuthorizedForSourceException"],
  [{ ...entry, Detail: "[]" }, "MalformedDetail"],
  [{ ...entry, Detail: "{" }, "MalformedDetail"],
  [{ ...entry, DetailType: "" }, "InvalidArgument"],
])("%j fails by itself: its neighbour is published", async (bad, ErrorCode) => {
  const { client, events } = await startOne();
  const { Entries, FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: [bad, entry] }));
  expect(FailedEntryCount).toBe(1);
  expect(Entries).toMatchObject([{ ErrorCode }, { EventId: expect.any(String) }]);
  expect(events).toHaveLength(1);
});

it("refuses a request without entries, with more than ten, with over 256 KB, and another operation", async () => {
  const { client, events } = await startOne();
  const large = { ...entry, Detail: JSON.stringify({ text: "x".repeat(256 * 1024) }) };
  for (const Entries of [[], Array.from({ length: 11 }, () => entry), [large]]) {
    await expect(client.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({ name: "ValidationException" });
  }
  await expect(client.send(new ListRulesCommand({}))).rejects.toMatchObject({ name: "UnknownOperationException" });
  expect(events).toEqual([]);
});
