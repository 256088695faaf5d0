import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { DeadLetterQueue } from "../../src/platforms/aws/dead-letter-queue.ts";
import { listDeadLetters, redrive } from "../../src/platforms/aws/redrive.ts";
import { clientConfigs } from "../../src/platforms/local/cli/create-handlers.ts";
import { LocalClient } from "../../src/platforms/local/cli/local-client.ts";
import * as registry from "../../src/workflows/registry.ts";
import { firstRuns } from "../../src/workflows/samples.ts";
import { startTestStack, type TestStack } from "./test-stack.ts";

let running: TestStack;
let client: LocalClient;
let sqs: SQSClient;

beforeAll(async () => {
  running = await startTestStack(registry);
  client = new LocalClient(running.stack);
  sqs = new SQSClient(clientConfigs(running.stack.endpoints).sqs);
});
afterAll(async () => {
  sqs.destroy();
  await running.stack.stop();
});

const urlOf = (logicalId: string) => running.stack.queueUrls[logicalId] ?? "";

async function untilIdle(): Promise<void> {
  const command = new GetQueueAttributesCommand({ QueueUrl: urlOf("StepQueue"), AttributeNames: ["All"] });
  await vi.waitFor(
    async () => {
      const { Attributes = {} } = await sqs.send(command);
      expect(Attributes).toMatchObject({
        ApproximateNumberOfMessages: "0",
        ApproximateNumberOfMessagesNotVisible: "0",
        ApproximateNumberOfMessagesDelayed: "0",
      });
    },
    { timeout: 90_000, interval: 20 },
  );
}

/** Starts the sample orders and waits until each has ended or waits for a person. */
async function runSampleOrders(): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const sample of firstRuns) {
    await client.start(sample.definitionId, sample.workflowId, sample.input);
    ids.push(sample.workflowId);
  }
  for (const id of ids) {
    const status = async () => expect((await client.get(id)).status).toMatch(/^(completed|paused)$/);
    await vi.waitFor(status, { timeout: 90_000, interval: 20 });
  }
  await untilIdle();
  return ids;
}

/** Everything that could ever have been a message of these workflows, and what can never be valid. */
async function lettersOf(ids: readonly string[]): Promise<readonly string[]> {
  const bodies: object[] = [];
  for (const workflowId of ids) {
    const { version } = await client.get(workflowId);
    for (let at = 0; at <= version; at += 1) {
      bodies.push({ type: "step", workflowId, version: at }, { type: "timer", workflowId, version: at });
    }
    bodies.push({ type: "step", workflowId, version: version + 1 });
    bodies.push({ type: "resume", workflowId, version: 0 }, { type: "resume", workflowId, version, token: "1.k1.x" });
  }
  for (const sample of firstRuns) {
    const { definitionId, workflowId, input } = sample;
    bodies.push(
      { type: "start", definitionId, workflowId, input },
      { type: "start", definitionId, workflowId, input: 0 },
    );
  }
  return [...bodies.map((body) => JSON.stringify(body)), "no json", '{"__proto__":{"type":"step"}}'];
}

test("sending every dead letter back, twice, leaves every workflow as it was (I13)", async () => {
  const ids = await runSampleOrders();
  const before = await Promise.all(ids.map((id) => client.get(id)));
  expect(new Set(before.map(({ status }) => status))).toEqual(new Set(["completed", "paused"]));
  const bodies = await lettersOf(ids);
  for (const MessageBody of bodies) {
    await sqs.send(new SendMessageCommand({ QueueUrl: urlOf("DeadLetterQueue"), MessageBody }));
  }
  const limits = { visibilitySeconds: 30, waitSeconds: 0, fruitlessReceives: 2, maxLetters: 1_000 };
  const letters = () => new DeadLetterQueue(sqs, urlOf("DeadLetterQueue"), limits);
  const counts: number[] = [];
  for (let round = 1; round <= 2; round += 1) {
    const report = await redrive(letters(), { client: sqs, stepQueueUrl: urlOf("StepQueue") }, "all");
    expect(report.failures).toEqual([]);
    counts.push(report.sentIds.length);
    await untilIdle();
    expect(await Promise.all(ids.map((id) => client.get(id)))).toEqual(before);
  }
  const { letters: left } = await listDeadLetters(letters());
  expect(counts[0]).toBe(bodies.length);
  // What can never be valid comes back with a reason, once per letter; nothing multiplies.
  expect(counts[1]).toBe(left.length);
  expect(left.length).toBeLessThan(bodies.length);
  expect(left.map(({ reason }) => reason)).not.toContain(undefined);
});
