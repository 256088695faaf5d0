import { createHash } from "node:crypto";
import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, onTestFinished, test } from "vitest";
import { findQueueUrl } from "../../../src/platforms/aws/queue-directory.ts";
import { SqsMessageSender } from "../../../src/platforms/aws/sqs-message-sender.ts";
import { FakeService, jsonError, type ServiceAnswer } from "./fake-service.ts";

const arnOf = (name: string, account = "000000000000") => `arn:aws:sqs:eu-central-1:${account}:${name}`;
const host = "https://sqs.eu-central-1.amazonaws.com";
const steps = `${host}/000000000000/steps`;
const dead = `${host}/000000000000/dead`;

describe("the directory of queues", () => {
  const directory = {
    arns: [
      arnOf("orders"),
      arnOf("orders.fifo"),
      arnOf("shared"),
      arnOf("shared", "111111111111"),
      arnOf("steps"),
      arnOf("dead"),
    ],
    ownUrls: [steps, dead],
  } as const;

  test.each([
    ["orders", `${host}/000000000000/orders`],
    ["orders.fifo", `${host}/000000000000/orders.fifo`],
    [`${host}/000000000000/orders`, `${host}/000000000000/orders`],
    [`${host}/111111111111/shared`, `${host}/111111111111/shared`],
  ])("finds %s", (queue, url) => {
    expect(findQueueUrl(directory, queue)).toBe(url);
  });

  test.each([
    ["stock", "is not among"],
    ["", "is not among"],
    ["Orders", "is not among"],
    ["000000000000/orders", "is not among"],
    ["https://attacker.example/000000000000/orders", "is not among"],
    [`${host}/222222222222/orders`, "is not among"],
    ["shared", "is the name of two queues"],
    ["steps", "is the dispatcher's own"],
    [steps, "is the dispatcher's own"],
    ["dead", "is the dispatcher's own"],
  ])("refuses %j for good: it %s", (queue, reason) => {
    expect(() => findQueueUrl(directory, queue)).toThrow(
      expect.objectContaining({
        code: "message.queue-refused",
        isRetryable: false,
        message: expect.stringContaining(reason),
      }),
    );
  });

  test("has no queue when none is named", () => {
    expect(() => findQueueUrl({ arns: [], ownUrls: [steps] }, "orders")).toThrow(/is not among/);
  });
});

async function senderOver(answer: ServiceAnswer) {
  const service = await FakeService.start(() => answer);
  const client = new SQSClient({ ...service.clientConfig, maxAttempts: 1 });
  onTestFinished(async () => {
    client.destroy();
    await service.stop();
  });
  const stepQueueUrl = `${service.clientConfig.endpoint}/000000000000/steps`;
  const sender = new SqsMessageSender(client, { arns: [arnOf("orders.fifo")], ownUrls: [stepQueueUrl] });
  return { sender, requests: service.requests, endpoint: service.clientConfig.endpoint };
}

const message = { queue: "orders.fifo", body: "x", attributes: { kind: "order" }, groupId: "g", deduplicationId: "d" };

/** What the SDK checks an answer by. */
const md5 = createHash("md5").update(message.body).digest("hex");

test("a message goes out with all that it has", async () => {
  const { sender, requests, endpoint } = await senderOver({
    body: JSON.stringify({ MessageId: "m1", MD5OfMessageBody: md5 }),
  });
  expect(await sender.send(message)).toEqual({ messageId: "m1" });
  expect(requests.map(({ operation, body }) => [operation, JSON.parse(body)])).toEqual([
    [
      "SendMessage",
      {
        QueueUrl: `${endpoint}/000000000000/orders.fifo`,
        MessageBody: "x",
        MessageAttributes: { kind: { DataType: "String", StringValue: "order" } },
        MessageGroupId: "g",
        MessageDeduplicationId: "d",
      },
    ],
  ]);
});

test.each([
  [jsonError("InvalidMessageContents", "bad"), "message.refused", false],
  [jsonError("UnsupportedOperation", "bad"), "message.refused", false],
  [jsonError("InvalidParameterValue", "bad"), "message.refused", false],
  [jsonError("RequestThrottled", "slow"), "service.failed", true],
  [jsonError("QueueDoesNotExist", "none"), "service.failed", true],
  [jsonError("AccessDenied", "no"), "service.failed", true],
])("a failure %j is %s", async (answer, code, isRetryable) => {
  const { sender } = await senderOver(answer);
  await expect(sender.send(message)).rejects.toMatchObject({ code, isRetryable });
});
