import { readFileSync } from "node:fs";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { PurgeQueueCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import openApi from "../../src/contracts/openapi.json" with { type: "json" };
import { makeResumeToken } from "../../src/dispatcher/resume-token.ts";
import type { StoredWorkflow } from "../../src/ports/workflow-store.ts";
import { workflows } from "../../src/workflows/registry.ts";
import { type BundledStack, resumeKey, startBundledStack } from "./bundled-stack.ts";
import { eventFiles, readEvent } from "./event-files.ts";

const uploadedFile = new URL("../../src/workflows/samples/products.csv", import.meta.url);
/** The object that the S3 events name. */
const uploadsOfEvents = { Bucket: "refluxo-dispatcher-upload-bucket", Key: "uploads/products 2026-11 äöü.csv" };

let stack: BundledStack;
let stop: (() => Promise<void>) | undefined;

beforeAll(async () => {
  ({ stack, stop } = await startBundledStack());
  await stack.s3.send(new CreateBucketCommand({ Bucket: uploadsOfEvents.Bucket }));
  await stack.s3.send(new PutObjectCommand({ ...uploadsOfEvents, Body: readFileSync(uploadedFile) }));
});
afterAll(() => stop?.());

/** What the table holds of a workflow, without the leases and checks that carry the time. */
async function readHistory(workflowId: string) {
  const stored = await stack.store.load(workflowId);
  const { start, head, versions }: Partial<StoredWorkflow> = stored ?? {};
  const transitions = (versions ?? []).map(({ transition = "null" }) => JSON.parse(transition));
  return { start, status: head?.status, version: head?.version, transitions };
}

/** Feeds a file again; what the table and the dead letters hold stays as it is, once the queue is empty. */
async function expectNothingNew(feed: () => Promise<unknown>): Promise<void> {
  const read = async () => {
    const workflows = await stack.workflows();
    return Promise.all([
      ...workflows.map(({ workflowId }) => readHistory(workflowId)),
      stack.messagesOn("DeadLetterQueue"),
    ]);
  };
  await stack.workOffQueue();
  const before = await read();
  await feed();
  await stack.workOffQueue();
  expect(await read()).toEqual(before);
}

/** Feeds the dispatcher a file, and returns the one workflow that is there since. */
async function startOnce(file: string, answer: unknown): Promise<string> {
  const before = await stack.workflows();
  expect(await stack.functions.DispatcherFunction.invoke(readEvent(file))).toEqual(answer);
  const known = before.map(({ workflowId }) => workflowId);
  const added = (await stack.workflows()).filter(({ workflowId }) => !known.includes(workflowId));
  expect(added).toHaveLength(1);
  return added[0]?.workflowId ?? "";
}

const startedAnswer = (workflowId: unknown, isNew: boolean) => [{ type: "started", workflowId, isNew }];

async function expectImported(workflowId: string): Promise<void> {
  expect(await readHistory(workflowId)).toMatchObject({ start: { definitionId: "csv-import" }, status: "completed" });
  const Key = `imports/${workflowId}/summary.json`;
  const { Body } = await stack.s3.send(new GetObjectCommand({ Bucket: stack.payloadBucket, Key }));
  expect(JSON.parse((await Body?.transformToString()) ?? "")).toMatchObject({
    source: { key: uploadsOfEvents.Key },
    rows: 200,
    invalidRows: 9,
  });
}

async function feedImport(file: string): Promise<void> {
  const workflowId = await startOnce(file, startedAnswer(expect.stringMatching(/^s3-[0-9a-f]{40}$/), true));
  await stack.workOffQueue();
  await expectImported(workflowId);
  await expectNothingNew(async () => {
    const again = await stack.functions.DispatcherFunction.invoke(readEvent(file));
    expect(again).toEqual(startedAnswer(workflowId, false));
  });
}

const callApi = (event: unknown) => stack.functions.ApiFunction.invoke(event);

/** The order that http-get.json and http-resume.json name; to start it again does nothing. */
async function startOrder2003(): Promise<void> {
  await callApi(readEvent("http-start.json"));
  await stack.workOffQueue();
}

/** Starts an order and works off the queue, until it waits at version 3. */
async function startOrder(workflowId: string): Promise<void> {
  await stack.functions.DispatcherFunction.invoke({ ...readEvent("direct.json"), workflowId });
  await stack.workOffQueue();
}

/** A file's request about another workflow. */
const about = (workflowId: string, file: string, fields: object = {}) =>
  callApi({ ...readEvent(file), pathParameters: { workflowId }, ...fields });

/** Feeds a request that only reads: it is answered with 200, and changes nothing. Returns what the answer says. */
async function feedRead(file: string): Promise<unknown> {
  const first = await callApi(readEvent(file));
  expect(first).toMatchObject({ statusCode: 200, headers: { "content-type": "application/json" } });
  await expectNothingNew(async () => expect(await callApi(readEvent(file))).toEqual(first));
  const { body } = first as { readonly body: string };
  return JSON.parse(body);
}

/** One test for each file of events/. */
const cases: Readonly<Record<string, () => Promise<void>>> = {
  "sqs.json": async () => {
    const feed = async () => {
      const answer = await stack.functions.DispatcherFunction.invoke(readEvent("sqs.json"));
      expect(answer).toEqual({ batchItemFailures: [] });
    };
    await feed();
    const { status, transitions } = await readHistory("order-2001");
    expect(status).toBe("failed");
    expect(transitions).toMatchObject([
      { type: "step", nodeId: "validate" },
      { type: "step", nodeId: "reserve" },
      { type: "step", nodeId: "approve", status: "paused" },
      { type: "resume", externalPayload: { approved: true, by: "ops@example.com" } },
      { type: "cancel", metadata: { failedReason: "Cancelled" } },
    ]);
    await expectNothingNew(feed);
    expect(await stack.messagesOn("DeadLetterQueue")).toBe(0);
  },
  "sqs-s3.json": async () => {
    const workflowId = await startOnce("sqs-s3.json", { batchItemFailures: [] });
    await stack.workOffQueue();
    await expectImported(workflowId);
    await expectNothingNew(async () => {
      const again = await stack.functions.DispatcherFunction.invoke(readEvent("sqs-s3.json"));
      expect(again).toEqual({ batchItemFailures: [] });
    });
  },
  "s3.json": () => feedImport("s3.json"),
  "eventbridge-s3.json": () => feedImport("eventbridge-s3.json"),
  "eventbridge-schedule.json": async () => {
    const file = "eventbridge-schedule.json";
    const workflowId = "schedule-nightly-report-20261102T030000Z";
    expect(await startOnce(file, startedAnswer(workflowId, true))).toBe(workflowId);
    await stack.workOffQueue();
    expect(await readHistory(workflowId)).toMatchObject({
      start: { definitionId: "nightly-report" },
      status: "completed",
    });
    await expectNothingNew(async () => {
      const again = await stack.functions.DispatcherFunction.invoke(readEvent(file));
      expect(again).toEqual(startedAnswer(workflowId, false));
    });
  },
  "direct.json": async () => {
    expect(await startOnce("direct.json", startedAnswer("order-2002", true))).toBe("order-2002");
    await stack.workOffQueue();
    expect(await readHistory("order-2002")).toMatchObject({ status: "paused", version: 3 });
    await expectNothingNew(async () => {
      const again = await stack.functions.DispatcherFunction.invoke(readEvent("direct.json"));
      expect(again).toEqual(startedAnswer("order-2002", false));
    });
  },
  "http-start.json": async () => {
    const accepted = {
      statusCode: 202,
      headers: { location: "/workflows/order-2003" },
      body: JSON.stringify({ workflowId: "order-2003" }),
    };
    expect(await callApi(readEvent("http-start.json"))).toMatchObject(accepted);
    await stack.workOffQueue();
    expect(await readHistory("order-2003")).toMatchObject({ status: "paused", version: 3 });
    await expectNothingNew(async () => {
      expect(await callApi(readEvent("http-start.json"))).toMatchObject(accepted);
    });
  },
  "http-get.json": async () => {
    await startOrder2003();
    const first = await callApi(readEvent("http-get.json"));
    expect(first).toMatchObject({ statusCode: 200 });
    const { body } = first as { readonly body: string };
    expect(JSON.parse(body)).toMatchObject({
      workflowId: "order-2003",
      definitionId: "order-fulfilment",
      status: "paused",
      version: 3,
      pause: { nodeId: "approve" },
    });
    await expectNothingNew(async () => expect(await callApi(readEvent("http-get.json"))).toEqual(first));
  },
  "http-list.json": async () => {
    await startOrder("order-listed");
    await about("order-listed", "http-cancel.json");
    const { workflows } = (await feedRead("http-list.json")) as { readonly workflows: readonly unknown[] };
    expect(workflows).toContainEqual(expect.objectContaining({ workflowId: "order-listed", status: "failed" }));
  },
  "http-history.json": async () => {
    await startOrder2003();
    expect(await feedRead("http-history.json")).toMatchObject({
      workflowId: "order-2003",
      startedBy: "arn:aws:iam::123456789012:user/ops",
      entries: [{ nodeId: "validate" }, { nodeId: "reserve" }, { nodeId: "approve", status: "paused" }],
    });
  },
  "http-definitions.json": async () => {
    expect(await feedRead("http-definitions.json")).toMatchObject({
      definitions: workflows.map(({ id }) => ({ id })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    });
  },
  "http-definition.json": async () => {
    const definition = { id: "order-fulfilment", definition: { startNodeId: "validate" } };
    expect(await feedRead("http-definition.json")).toMatchObject(definition);
  },
  "http-openapi.json": async () => {
    expect(await feedRead("http-openapi.json")).toEqual(openApi);
  },
  "http-cancel.json": async () => {
    await startOrder("order-cancelled");
    const cancelled = { statusCode: 200, body: JSON.stringify({ workflowId: "order-cancelled", version: 4 }) };
    expect(await about("order-cancelled", "http-cancel.json")).toMatchObject(cancelled);
    const { status, transitions } = await readHistory("order-cancelled");
    expect(status).toBe("failed");
    expect(transitions.at(-1)).toMatchObject({ type: "cancel", by: "arn:aws:iam::123456789012:user/ops" });
    await expectNothingNew(async () => {
      expect(await about("order-cancelled", "http-cancel.json")).toMatchObject(cancelled);
    });
  },
  "http-retry.json": async () => {
    await startOrder("order-retried");
    await about("order-retried", "http-cancel.json");
    const retry = () => about("order-retried", "http-retry.json", { body: JSON.stringify({ version: 4 }) });
    const retried = { statusCode: 202, body: JSON.stringify({ workflowId: "order-retried", version: 4 }) };
    expect(await retry()).toMatchObject(retried);
    await stack.workOffQueue();
    expect(await readHistory("order-retried")).toMatchObject({ status: "paused", version: 6 });
    await expectNothingNew(async () => expect(await retry()).toMatchObject(retried));
  },
  "http-delete.json": async () => {
    await startOrder("order-deleted");
    expect(await about("order-deleted", "http-delete.json")).toMatchObject({ statusCode: 409 });
    await about("order-deleted", "http-cancel.json");
    expect(await about("order-deleted", "http-delete.json")).toMatchObject({ statusCode: 204 });
    expect(await about("order-deleted", "http-get.json")).toMatchObject({ statusCode: 404 });
    await expectNothingNew(async () => {
      expect(await about("order-deleted", "http-delete.json")).toMatchObject({ statusCode: 204 });
    });
  },
  "http-resume.json": async () => {
    await startOrder2003();
    const accepted = { statusCode: 202, body: JSON.stringify({ workflowId: "order-2003", version: 3 }) };
    expect(await callApi(readEvent("http-resume.json"))).toMatchObject(accepted);
    await stack.workOffQueue();
    expect(await readHistory("order-2003")).toMatchObject({ status: "completed", version: 9 });
    // It names its pause, so the same resume again answers as the first did.
    await expectNothingNew(async () => {
      expect(await callApi(readEvent("http-resume.json"))).toMatchObject(accepted);
    });
  },
  // Their token is of another deployment's key; one of this deployment's is answered below.
  "http-show-pause.json": () => expectForeignToken("http-show-pause.json", "text/html; charset=utf-8"),
  "http-answer-pause.json": () => expectForeignToken("http-answer-pause.json", "text/html; charset=utf-8"),
  "http-answer-pause.machine.json": () =>
    expectForeignToken("http-answer-pause.machine.json", "application/problem+json"),
};

async function expectForeignToken(file: string, contentType: string): Promise<void> {
  await expectNothingNew(async () => {
    const answer = await callApi(readEvent(file));
    expect(answer).toMatchObject({ statusCode: 403, headers: { "content-type": contentType } });
  });
}

describe("the built bundles, fed with events/", () => {
  test("there is a case for every file of events/", () => {
    expect(Object.keys(cases).toSorted()).toEqual(eventFiles().toSorted());
  });

  test.each(Object.entries(cases))("%s has its effect once, however often it is fed", (_file, feed) => feed());

  test("a scheduled event lets the sweeper send again what was lost", async () => {
    const event = readEvent("eventbridge-schedule.json");
    await stack.workOffQueue();
    expect(await stack.functions.SweeperFunction.invoke(event)).toMatchObject({ sent: 0, failed: 0 });
    const start = { ...readEvent("direct.json"), workflowId: "order-lost" };
    await stack.functions.DispatcherFunction.invoke(start);
    await stack.sqs.send(new PurgeQueueCommand({ QueueUrl: stack.stepQueueUrl }));
    await stack.store.moveCheck("order-lost", { type: "nearer", checkAt: Date.now() });
    expect(await stack.functions.SweeperFunction.invoke(event)).toMatchObject({ sent: 1, failed: 0 });
    await stack.workOffQueue();
    expect(await readHistory("order-lost")).toMatchObject({ status: "paused", version: 3 });
    expect(await stack.functions.SweeperFunction.invoke(event)).toMatchObject({ sent: 0, failed: 0 });
  });

  test("a resume by token is verified with the key of Secrets Manager", async () => {
    const workflowId = "order-by-token";
    await stack.functions.DispatcherFunction.invoke({ ...readEvent("direct.json"), workflowId });
    await stack.workOffQueue();
    const resume = (token: string) =>
      callApi({
        ...readEvent("http-resume.json"),
        pathParameters: { workflowId },
        body: JSON.stringify({ token, payload: { approved: false } }),
      });
    const keys = { current: async () => resumeKey, find: async () => resumeKey };
    const token = await makeResumeToken(keys, workflowId, { version: 3 });
    const forged = await makeResumeToken({ ...keys, current: async () => ({ id: "k1", secret: "x" }) }, workflowId, {
      version: 3,
    });
    expect(await resume(forged)).toMatchObject({ statusCode: 403 });
    expect(await readHistory(workflowId)).toMatchObject({ version: 3 });
    expect(await resume(token)).toMatchObject({ statusCode: 202 });
    await stack.workOffQueue();
    expect(await readHistory(workflowId)).toMatchObject({ status: "completed", version: 7 });
  });

  test("a link shows the page of its pause, and the form of the sample answers it", async () => {
    const workflowId = "order-by-link";
    await stack.functions.DispatcherFunction.invoke({ ...readEvent("direct.json"), workflowId });
    await stack.workOffQueue();
    const keys = { current: async () => resumeKey, find: async () => resumeKey };
    const token = await makeResumeToken(keys, workflowId, { version: 3, expiresAtS: 9_999_999_999 });
    const pathParameters = { workflowId, token };
    const page = await callApi({ ...readEvent("http-show-pause.json"), pathParameters });
    expect(page).toMatchObject({ statusCode: 200, body: expect.stringContaining("<legend>Do you approve?</legend>") });
    const answer = { ...readEvent("http-answer-pause.json"), pathParameters };
    const taken = { statusCode: 200, body: expect.stringContaining("Your answer was recorded") };
    expect(await callApi(answer)).toMatchObject(taken);
    await stack.workOffQueue();
    expect(await readHistory(workflowId)).toMatchObject({ status: "completed", version: 9 });
    await expectNothingNew(async () => expect(await callApi(answer)).toMatchObject(taken));
  });

  test("print the metrics of steps and of ended workflows, which name no workflow", async () => {
    await startOrder2003();
    await stack.functions.DispatcherFunction.invoke({ type: "cancel", schemaVersion: 1, workflowId: "order-2003" });
    const lines = stack.functions.DispatcherFunction.logLines.filter((line) => "_aws" in JSON.parse(line));
    const metrics = lines.map((line) => JSON.parse(line));
    const service = "refluxo-dispatcher";
    const definitionId = "order-fulfilment";
    expect(metrics).toContainEqual(
      expect.objectContaining({
        service,
        definitionId,
        nodeId: "validate",
        Steps: 1,
        StepDuration: expect.any(Number),
      }),
    );
    expect(metrics).toContainEqual(expect.objectContaining({ service, definitionId, WorkflowsCancelled: 1 }));
    expect(lines.join()).not.toContain("order-2003");
  });

  test("every line that they log is JSON and carries no payload, token or signature", async () => {
    await startOrder2003();
    await callApi({
      ...readEvent("http-resume.json"),
      body: '{"token":"3.k1.forged","payload":{"by":"x@example.com"}}',
    });
    const lines = Object.values(stack.functions).flatMap(({ logLines }) => logLines);
    const isMetric = (line: string) => "_aws" in JSON.parse(line);
    expect(lines.filter((line) => !isMetric(line)).length).toBeGreaterThan(3);
    for (const line of lines) {
      if (!isMetric(line)) {
        expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), message: expect.any(String) });
      }
      expect(line).not.toMatch(/@example\.com|KB-87|AWS4-HMAC|AKIA|\b3\.k1\./);
    }
  });
});
