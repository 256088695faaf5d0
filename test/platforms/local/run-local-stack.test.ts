import { existsSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Context, SQSEvent } from "aws-lambda";
import { expect, it, onTestFinished, vi } from "vitest";
import type { LocalHandler } from "../../../src/platforms/local/functions/local-function.ts";
import type { LocalLogLine } from "../../../src/platforms/local/local-log.ts";
import {
  type HandlerFactory,
  type LocalStackOptions,
  startLocalStack,
} from "../../../src/platforms/local/run-local-stack.ts";
import { loadTemplate } from "../../../src/platforms/local/template/load-template.ts";
import { readApplication } from "../../../src/platforms/local/template/read-application.ts";
import { SimulatedClock } from "../../../src/platforms/memory/simulated-clock.ts";
import { clientsOf } from "./local-clients.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const templatePath = join(import.meta.dirname, "template/fixture.yaml");
const ports = { http: 0, sqsAndS3: 0, dynamodb: 0 };

interface Call {
  readonly event: unknown;
  readonly context: Context;
}

function recorder(calls: Call[], more: Partial<LocalHandler> = {}): HandlerFactory {
  return () => ({
    handler: async (event, context) => {
      calls.push({ event, context });
      return null;
    },
    ...more,
  });
}

async function start(options: Partial<LocalStackOptions> = {}) {
  const worker: Call[] = [];
  const api: Call[] = [];
  const lines: LocalLogLine[] = [];
  const handlers = { WorkerFunction: recorder(worker), ApiFunction: recorder(api) };
  const stack = await startLocalStack({ ports, templatePath, handlers, onLog: (line) => lines.push(line), ...options });
  onTestFinished(() => stack.stop());
  return { stack, worker, api, lines, ...clientsOf(stack.endpoints) };
}

const bodiesOf = (calls: Call[]) =>
  calls.flatMap(({ event }) => (event as SQSEvent).Records.map((record) => record.body));

it("a message on the queue reaches its function", async () => {
  const { stack, worker, sqs } = await start();
  expect(stack.queueUrls["StepQueue"]).toBe(`${stack.endpoints.sqs}/000000000000/refluxo-dispatcher-step-queue`);
  await sqs.send(new SendMessageCommand({ QueueUrl: stack.queueUrls["StepQueue"], MessageBody: "hello" }));
  await vi.waitFor(() => expect(bodiesOf(worker)).toEqual(["hello"]));
  expect(worker[0]?.context.functionName).toBe("refluxo-dispatcher-worker-function");
});

it("an upload reaches the function through the rule and the queue", async () => {
  const { stack, worker, s3 } = await start();
  await s3.send(new PutObjectCommand({ Bucket: stack.names["PayloadBucket"], Key: "ignored", Body: "x" }));
  await s3.send(new PutObjectCommand({ Bucket: stack.names["UploadBucket"], Key: "in/ü 1.csv", Body: "1,2" }));
  await vi.waitFor(() => expect(bodiesOf(worker)).toHaveLength(1));
  expect(JSON.parse(bodiesOf(worker)[0] ?? "")).toMatchObject({
    "detail-type": "Object Created",
    detail: { bucket: { name: "refluxo-dispatcher-upload-bucket" }, object: { key: "in/ü 1.csv", size: 3 } },
  });
});

it("a schedule reaches its function when it is due", async () => {
  const clock = new SimulatedClock(Date.parse("2026-11-22T01:59:00Z"));
  const { worker } = await start({ clock });
  clock.advance(60_000);
  await vi.waitFor(() => expect(worker.map(({ event }) => event)).toEqual([{ report: true }]));
});

it("an HTTP request with the development key reaches its function", async () => {
  const { stack, api } = await start();
  const url = `${stack.endpoints.http}/workflows/w`;
  expect((await fetch(url)).status).toBe(403);
  const headers = { authorization: `Bearer ${stack.developmentKey}` };
  expect((await fetch(url, { headers })).status).toBe(200);
  expect(api).toMatchObject([
    { event: { routeKey: "GET /workflows/{workflowId}", pathParameters: { workflowId: "w" } } },
  ]);
});

it("a message that fails too often goes to the dead letter queue of the template", async () => {
  const failing: HandlerFactory = () => ({ handler: () => Promise.reject(new Error("boom")) });
  const handlers = { WorkerFunction: failing, ApiFunction: recorder([]) };
  const { stack, sqs, lines } = await start({
    handlers,
    templatePath: join(import.meta.dirname, "template/impatient.yaml"),
  });
  await sqs.send(new SendMessageCommand({ QueueUrl: stack.queueUrls["StepQueue"], MessageBody: "poison" }));
  await vi.waitFor(async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: stack.queueUrls["StepDLQ"], AttributeNames: ["All"] }),
    );
    expect(Attributes?.["ApproximateNumberOfMessages"]).toBe("1");
  });
  expect(lines).toHaveLength(2);
});

it("handlers get the template's environment and the endpoints, and are closed by a stop", async () => {
  const close = vi.fn(async () => undefined);
  const factory = vi.fn(recorder([], { close }));
  const { stack } = await start({ handlers: { WorkerFunction: factory, ApiFunction: recorder([]) } });
  const [environment, endpoints] = factory.mock.calls[0] ?? [];
  expect(environment).toMatchObject({
    TABLE_NAME: "refluxo-dispatcher-workflow-table",
    QUEUE_URL: stack.queueUrls["StepQueue"],
  });
  expect(endpoints).toEqual(stack.endpoints);
  await Promise.all([stack.stop(), stack.stop()]);
  expect(close).toHaveBeenCalledOnce();
  await expect(fetch(stack.endpoints.http)).rejects.toThrow();
  await expect(fetch(stack.endpoints.sqs)).rejects.toThrow();
  await expect(fetch(stack.endpoints.dynamodb)).rejects.toThrow();
});

it("messages that were sent before a stop are processed after the next start on the same folder", async () => {
  const stateFolder = join(temporaryFolder(), "made/for/it");
  const stuck: HandlerFactory = () => ({ handler: () => Promise.reject(new Error("not now")) });
  const first = await start({ stateFolder, handlers: { WorkerFunction: stuck, ApiFunction: recorder([]) } });
  await first.sqs.send(new SendMessageCommand({ QueueUrl: first.stack.queueUrls["StepQueue"], MessageBody: "later" }));
  await vi.waitFor(() => expect(first.lines).toHaveLength(1));
  await first.stack.stop();
  const second = await start({ stateFolder });
  await vi.waitFor(() => expect(bodiesOf(second.worker)).toEqual(["later"]));
  expect(second.stack.developmentKey).toBe(first.stack.developmentKey);
});

it.each([
  ["no handler for a function", { WorkerFunction: recorder([]) }, "no handler for the template's function ApiFunction"],
  [
    "a handler for no function",
    { WorkerFunction: recorder([]), ApiFunction: recorder([]), Other: recorder([]) },
    "no function Other",
  ],
])("%s is a clear error, and nothing is left running", async (_what, handlers, message) => {
  const stateFolder = temporaryFolder();
  await expect(start({ stateFolder, handlers })).rejects.toThrow(message);
  await start({ stateFolder });
});

it("a second stack on the same port or folder gets a clear error and leaves the first alone", async () => {
  const stateFolder = temporaryFolder();
  const { stack } = await start({ stateFolder });
  const taken = Number(new URL(stack.endpoints.http).port);
  await expect(start({ ports: { ...ports, http: taken } })).rejects.toMatchObject({
    code: "local.port-taken",
    message: expect.stringContaining(`REFLUXO_HTTP_PORT`),
  });
  await expect(start({ stateFolder })).rejects.toMatchObject({ code: "local.state-folder-in-use" });
  expect((await fetch(stack.endpoints.http)).status).toBe(404);
});

const ownTemplate = join(import.meta.dirname, "../../../template.yaml");

it.skipIf(!existsSync(ownTemplate))(
  "the project's own template starts, and a message reaches its dispatcher",
  async () => {
    const worker: Call[] = [];
    const { functions } = readApplication(loadTemplate(ownTemplate), {
      sqsEndpoint: "http://a",
      httpEndpoint: "http://b",
    });
    const handlers = Object.fromEntries(functions.map(({ logicalId }) => [logicalId, recorder(worker)]));
    const { stack, sqs } = await start({ templatePath: ownTemplate, handlers });
    await sqs.send(new SendMessageCommand({ QueueUrl: stack.queueUrls["StepQueue"], MessageBody: "hello" }));
    await vi.waitFor(() => expect(bodiesOf(worker)).toEqual(["hello"]));
  },
);
