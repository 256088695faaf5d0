import { expect, onTestFinished, test } from "vitest";
import { EventBridgePublisher } from "../../../src/platforms/aws/eventbridge-publisher.ts";
import { FakeService, jsonError, type ServiceAnswer } from "./fake-service.ts";

const event = { source: "shop.orders", detailType: "Order Shipped", detail: { orderId: "o1" } };

async function publisherOver(answer: ServiceAnswer) {
  const service = await FakeService.start(() => answer);
  const publisher = new EventBridgePublisher("orders", { ...service.clientConfig, maxAttempts: 1 });
  onTestFinished(async () => {
    await publisher.close();
    await service.stop();
  });
  return { publisher, requests: service.requests };
}

test("an event goes to the bus in one entry", async () => {
  const { publisher, requests } = await publisherOver({ body: '{"FailedEntryCount":0,"Entries":[{"EventId":"e1"}]}' });
  expect(await publisher.publish(event)).toEqual({ eventId: "e1" });
  expect(requests.map(({ operation, body }) => [operation, JSON.parse(body)])).toEqual([
    [
      "PutEvents",
      {
        Entries: [
          { EventBusName: "orders", Source: "shop.orders", DetailType: "Order Shipped", Detail: '{"orderId":"o1"}' },
        ],
      },
    ],
  ]);
});

test.each([
  ["ThrottlingException", "event.throttled", true],
  ["InternalFailure", "event.throttled", true],
  ["NotAuthorizedForSourceException", "event.refused", false],
  ["MalformedDetail", "event.refused", false],
])("an entry that failed with %s is %s, and shows nothing of the event", async (ErrorCode, code, isRetryable) => {
  const Entries = [{ ErrorCode, ErrorMessage: "hunter2 is not welcome" }];
  const { publisher } = await publisherOver({ body: JSON.stringify({ FailedEntryCount: 1, Entries }) });
  const error: unknown = await publisher.publish(event).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code, isRetryable, message: `EventBridge did not take the event: ${ErrorCode}` });
});

test.each([
  [jsonError("ThrottlingException", "slow down"), "service.failed", true],
  [jsonError("AccessDeniedException", "no"), "service.failed", true],
  [jsonError("InternalException", "oh", 500), "service.failed", true],
  [jsonError("ValidationException", "too large"), "event.refused", false],
  [jsonError("ResourceNotFoundException", "no such bus"), "event.refused", false],
  [{ body: "{}" }, "event.refused", false],
])("a request that failed as %j is %s", async (answer, code, isRetryable) => {
  const { publisher } = await publisherOver(answer);
  await expect(publisher.publish(event)).rejects.toMatchObject({ code, isRetryable });
});

test("a publisher that published nothing has loaded no client, and closes", async () => {
  await expect(new EventBridgePublisher("orders").close()).resolves.toBeUndefined();
});
