import { readFileSync } from "node:fs";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { NodesDefinition } from "../../src/engine/index.ts";
import { clientConfigs } from "../../src/platforms/local/cli/create-handlers.ts";
import { LocalClient } from "../../src/platforms/local/cli/local-client.ts";
import type { HandlerFactory } from "../../src/platforms/local/run-local-stack.ts";
import { badNodes } from "./bad-nodes.ts";
import { applicationWith, startTestStack, type TestStack } from "./test-stack.ts";

/** Opened when the nodes of type `hold` may end. */
let gate = Promise.withResolvers<void>();

const nodes: NodesDefinition = {
  fine: { executor: async (_data, _context, payload) => ({ data: { echo: payload } }) },
  hold: {
    async executor() {
      await gate.promise;
      return { data: {} };
    },
  },
  ...Object.fromEntries(Object.entries(badNodes).map(([type, { node }]) => [type, node])),
};

/** The bodies of each batch that the dispatcher was given. */
const batches: string[][] = [];
let running: TestStack | undefined;
let client: LocalClient;
let sqs: SQSClient;
let s3: S3Client;

beforeAll(async () => {
  const application = applicationWith(nodes);
  // Two batches at a time, so that two held workflows stop the poller.
  running = await startTestStack(application, {
    parameters: { MaximumConcurrency: "2" },
    wrapDispatcher: notingBatches,
  });
  client = new LocalClient(running.stack);
  sqs = new SQSClient(clientConfigs(running.stack.endpoints).sqs);
  s3 = new S3Client(clientConfigs(running.stack.endpoints).s3);
});
afterAll(async () => {
  gate.resolve();
  sqs.destroy();
  s3.destroy();
  await running?.stack.stop();
});

function notingBatches(create: HandlerFactory): HandlerFactory {
  return (environment, endpoints) => {
    const inner = create(environment, endpoints);
    return {
      ...inner,
      handler: (event, context) => {
        const { Records } = event as { readonly Records: readonly { readonly body: string }[] };
        batches.push(Records.map(({ body }) => body));
        return inner.handler(event, context);
      },
    };
  };
}

async function send(bodies: readonly string[]): Promise<void> {
  const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
  const QueueUrl = running?.stack.queueUrls["StepQueue"];
  const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect(Failed).toEqual([]);
}

interface DeadLetter {
  readonly body: string;
  readonly reason: string | undefined;
}

/** Takes letters out of the dead-letter queue until there are as many as wanted. */
async function takeDeadLetters(count: number): Promise<readonly DeadLetter[]> {
  const QueueUrl = running?.stack.queueUrls["DeadLetterQueue"];
  const letters: DeadLetter[] = [];
  await vi.waitFor(
    async () => {
      const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] });
      for (const { Body = "", MessageAttributes, ReceiptHandle } of (await sqs.send(receive)).Messages ?? []) {
        letters.push({ body: Body, reason: MessageAttributes?.["reason"]?.StringValue });
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      expect(letters.length).toBeGreaterThanOrEqual(count);
    },
    { timeout: 90_000, interval: 20 },
  );
  return letters;
}

async function untilStatus(workflowId: string, status: string) {
  return vi.waitFor(
    async () => {
      const workflow = await client.get(workflowId);
      expect(workflow).toMatchObject({ status });
      return workflow;
    },
    { timeout: 90_000, interval: 20 },
  );
}

const startOf = (definitionId: string, workflowId: string, input?: unknown) =>
  JSON.stringify({ type: "start", definitionId, workflowId, input });

/** Stops the poller until the returned function is called: both batches that may run wait at a gate. */
async function holdPoller(): Promise<() => void> {
  gate = Promise.withResolvers<void>();
  const before = batches.length;
  for (const workflowId of [`hold-${before}-a`, `hold-${before}-b`]) {
    await client.start("hold", workflowId, null);
    await vi.waitFor(() => expect(batches.flat().join()).toContain(`"${workflowId}","version":0`), 10_000);
  }
  return gate.resolve;
}

/** Messages that can never be valid, and the reason that the dead-letter queue gives. */
const badMessages: readonly (readonly [what: string, body: string, reason: RegExp])[] = [
  ["malformed JSON", '{"type":"step","workflowId":', /^\$: is not valid JSON/],
  ["no JSON at all", "Grüße", /^\$: is not valid JSON/],
  ["no object", "[]", /^\$: must be an object with a type/],
  ["an unknown type", '{"type":"dance"}', /^\$\.type: unknown message type "dance"; known types: start, step/],
  ["no type", "{}", /no message type/],
  ["an unknown definition", startOf("nonsense", "x-1"), /^invalid: There is no definition nonsense/],
  ["no such workflow", '{"type":"step","workflowId":"nobody","version":0}', /^not-found: There is no such workflow/],
  ["no version", '{"type":"step","workflowId":"nobody"}', /^\$\.version: /],
  ["a negative version", '{"type":"step","workflowId":"good-0","version":-1}', /^\$\.version: must not be negative/],
  ["half a version", '{"type":"step","workflowId":"good-0","version":0.5}', /^\$\.version: must be a whole number/],
  ["a future version", '{"type":"step","workflowId":"good-0","version":99}', /^invalid: Version 99 is ahead of the/],
  ["a __proto__ key", '{"type":"start","definitionId":"fine","input":{"__proto__":{"isAdmin":true}}}', /__proto__/],
  ["an unknown field", '{"type":"cancel","workflowId":"good-0","why":1}', /^\$\.why: is not a known field/],
  ["an id with a path", '{"type":"cancel","workflowId":"../x"}', /^\$\.workflowId: must be 1 to 128 characters/],
  ["a later schema", '{"type":"cancel","schemaVersion":2,"workflowId":"good-0"}', /^\$\.schemaVersion: /],
  [
    "an object that is not there",
    '{"type":"start","definitionId":"fine","workflowId":"x-2","inputObject":{"key":"incoming/nothing.json"}}',
    /^invalid: There is no object incoming\/nothing\.json/,
  ],
  [
    "an object of another folder",
    '{"type":"start","definitionId":"fine","workflowId":"x-2","inputObject":{"key":"values/64d/w/abc"}}',
    /^\$\.inputObject\.key: must begin with incoming\//,
  ],
  ["a forged token", '{"type":"resume","workflowId":"good-0","token":"1.k1.x"}', /^forbidden: The resume token is not/],
  [
    "a resume of what has ended",
    '{"type":"resume","workflowId":"good-0","version":99}',
    /^conflict: The workflow has ended/,
  ],
];

describe("bad input on the queue", () => {
  test("one bad message in a batch of ten: the nine others go through, and it alone is set aside", async () => {
    const release = await holdPoller();
    const bad = '{"type":"step","workflowId":"nobody","version":-1}';
    const good = Array.from({ length: 9 }, (_, index) => startOf("fine", `nine-${index}`, { index }));
    const bodies = good.toSpliced(4, 0, bad);
    await send(bodies);
    release();
    for (const [index] of good.entries()) {
      expect(await untilStatus(`nine-${index}`, "completed")).toMatchObject({
        context: { fine: [{ output: { echo: { index } } }] },
      });
    }
    expect(batches).toContainEqual(bodies);
    expect(await takeDeadLetters(1)).toEqual([{ body: bad, reason: "$.version: must not be negative" }]);
  });

  test("every message that can never be valid arrives in the dead-letter queue, with its reason", async () => {
    await client.start("fine", "good-0", null);
    await untilStatus("good-0", "completed");
    const before = await client.get("good-0");
    for (const [, body] of badMessages) await send([body]);
    await send([startOf("fine", "good-after", null)]);
    const letters = await takeDeadLetters(badMessages.length);
    expect(letters.map(({ body }) => body).toSorted()).toEqual(badMessages.map(([, body]) => body).toSorted());
    for (const [what, body, reason] of badMessages) {
      const letter = letters.find((candidate) => candidate.body === body);
      expect(letter?.reason, what).toMatch(reason);
    }
    await untilStatus("good-after", "completed");
    expect(await client.get("good-0")).toEqual(before);
    expect(Object.hasOwn(Object.prototype, "isAdmin")).toBe(false);
  });
});

describe("nodes that break their contract", () => {
  test("fail their own workflows with a clear error; those beside them in the batch complete", async () => {
    const release = await holdPoller();
    const types = Object.keys(badNodes);
    await send(types.map((type) => startOf(type, `bad-${type}`)));
    await send(types.map((type) => startOf("fine", `beside-${type}`, type)));
    release();
    for (const [type, { reason }] of Object.entries(badNodes)) {
      const workflow = await untilStatus(`bad-${type}`, "failed");
      expect(workflow, type).toMatchObject({ metadata: { failedReason: expect.stringMatching(reason) }, version: 1 });
      expect(await untilStatus(`beside-${type}`, "completed")).toMatchObject({
        context: { fine: [{ output: { echo: type } }] },
      });
    }
    expect(Object.hasOwn(Object.prototype, "isAdmin")).toBe(false);
  });
});

describe("uploads", () => {
  test.each([
    "uploads/Preise März 2026 – 100% + neu & alt.csv",
    "日本語/ファイル 😀 (1).csv",
    "a%20b+c=d;e,f'\"<>#?.csv",
  ])("an object named %s starts one import, which reads it back", async (key) => {
    const starts = () =>
      running?.logger.lines.filter(({ message }) => message === "workflow started").map(({ fields }) => fields) ?? [];
    const before = starts().length;
    const Body = readFileSync(new URL("../../src/workflows/samples/products.csv", import.meta.url));
    await s3.send(new PutObjectCommand({ Bucket: running?.stack.names["UploadBucket"], Key: key, Body }));
    const started = await vi.waitFor(() => {
      const added = starts().slice(before);
      expect(added).toMatchObject([{ definitionId: "csv-import" }]);
      return String(added[0]?.["workflowId"]);
    }, 10_000);
    const workflow = await untilStatus(started, "completed");
    expect(workflow).toMatchObject({ input: { key }, context: { open: [{ attempt: 1 }] } });
    const Key = `imports/${started}/summary.json`;
    const read = new GetObjectCommand({ Bucket: running?.stack.names["PayloadBucket"], Key });
    const summary = JSON.parse((await (await s3.send(read)).Body?.transformToString()) ?? "");
    expect(summary).toMatchObject({ source: { key }, rows: 200, validRows: 191, invalidRows: 9 });
  });
});
