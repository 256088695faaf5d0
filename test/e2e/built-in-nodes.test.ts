import { createServer } from "node:http";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test, vi } from "vitest";
import type { WorkflowDefinition } from "../../src/engine/index.ts";
import { clientConfigs } from "../../src/platforms/local/cli/create-handlers.ts";
import { LocalClient } from "../../src/platforms/local/cli/local-client.ts";
import * as registry from "../../src/workflows/registry.ts";
import { openOrderQueues } from "../conformance/order-queues.ts";
import { startTestStack } from "./test-stack.ts";

const chain = (id: string, nodes: WorkflowDefinition["nodes"]): WorkflowDefinition => ({
  id,
  nodes,
  edges: nodes.slice(1).map(({ id: target }, index) => ({ id: `e${index}`, source: nodes[index]?.id ?? "", target })),
});

async function startStack(workflows: readonly WorkflowDefinition[], parameters: Readonly<Record<string, string>> = {}) {
  const application = { ...registry, workflows: [...registry.workflows, ...workflows] };
  const { stack } = await startTestStack(application, { parameters });
  onTestFinished(() => stack.stop());
  const client = new LocalClient(stack);
  const run = async (definitionId: string) => {
    await client.start(definitionId, `${definitionId}-1`, {});
    return vi.waitFor(
      async () => {
        const view = await client.get(`${definitionId}-1`);
        if (view.status !== "completed" && view.status !== "failed") throw new Error(`It is ${view.status}`);
        return view;
      },
      { timeout: 90_000, interval: 50 },
    );
  };
  return { stack, run };
}

async function startServer() {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers["idempotency-key"]);
    response.writeHead(200, { "content-type": "application/json" }).end('{"price":12}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { port: typeof address === "object" ? address?.port : 0, keys };
}

test("a workflow of built-in nodes reaches a service, a bucket, the bus and a queue that the parameters allow", async () => {
  const { port, keys } = await startServer();
  const reaching = chain("reaching", [
    {
      id: "ask",
      type: "http-request",
      data: { method: "POST", url: `http://127.0.0.1:${port}/prices`, body: { sku: "a" }, idempotencyKey: true },
    },
    { id: "keep", type: "write-object", data: { key: "prices/a.json", body: { price: 12 } } },
    { id: "read", type: "read-object", data: { key: "objects/prices/a.json", as: "json" } },
    {
      id: "tell",
      type: "publish-event",
      data: { source: "shop.prices", detailType: "Price Read", detail: { price: 12 }, idempotency: true },
    },
    { id: "send", type: "send-message", data: { queue: "orders.fifo", groupId: "a", body: { price: 12 } } },
  ]);
  const { stack, run } = await startStack([reaching], {
    HttpAllowedNetworks: `127.0.0.1:${port}`,
    MessageQueueArns: "arn:aws:sqs:us-east-1:000000000000:orders,arn:aws:sqs:us-east-1:000000000000:orders.fifo",
  });
  const sqs = new SQSClient(clientConfigs(stack.endpoints).sqs);
  onTestFinished(() => sqs.destroy());
  const { receive } = await openOrderQueues(sqs);

  expect(await run("reaching")).toMatchObject({
    status: "completed",
    context: {
      ask: [{ output: { status: 200, body: { price: 12 } } }],
      read: [{ output: { body: { price: 12 }, sizeBytes: 12 } }],
      tell: [{ output: { eventId: expect.any(String) } }],
      send: [{ output: { messageId: expect.any(String) } }],
    },
  });
  expect(keys).toEqual(["reaching-1#ask#0"]);
  expect(await receive("orders.fifo")).toMatchObject([{ body: '{"price":12}' }]);
});

test("without parameters they reach no address of this machine, no queue, and never the step queue", async () => {
  const { port, keys } = await startServer();
  const url = `http://localhost:${port}/`;
  const { run } = await startStack(
    [
      chain("inside", [{ id: "n", type: "http-request", data: { method: "GET", url } }]),
      chain("unnamed", [{ id: "n", type: "send-message", data: { queue: "orders", body: "x" } }]),
      chain("looping", [
        { id: "n", type: "send-message", data: { queue: "refluxo-dispatcher-step-queue", body: "x" } },
      ]),
    ],
    { MessageQueueArns: "arn:aws:sqs:us-east-1:000000000000:refluxo-dispatcher-step-queue" },
  );
  const reasons = new Map<string, unknown>();
  for (const id of ["inside", "unnamed", "looping"]) {
    const view = await run(id);
    reasons.set(id, Object(view["metadata"]).failedReason);
  }
  expect(reasons.get("inside")).toContain("leads to an address that is not public");
  expect(reasons.get("unnamed")).toContain("is not among the queues");
  expect(reasons.get("looping")).toContain("is the dispatcher's own");
  expect(keys).toEqual([]);
});

test("an event that is published in the form of S3's does not pass for one: no workflow starts", async () => {
  const { stack } = await startStack([]);
  const client = new EventBridgeClient(clientConfigs(stack.endpoints).eventBridge);
  onTestFinished(() => client.destroy());
  const Detail = JSON.stringify({ bucket: { name: stack.names["UploadBucket"] }, object: { key: "uploads/a.csv" } });
  const entry = { DetailType: "Object Created", Detail };
  const { Entries } = await client.send(
    new PutEventsCommand({
      Entries: [
        { ...entry, Source: "aws.s3" },
        { ...entry, Source: "shop.s3" },
      ],
    }),
  );
  expect(Entries).toMatchObject([{ ErrorCode: "NotAuthorizedForSourceException" }, { EventId: expect.any(String) }]);
  const answer = await fetch(`${stack.endpoints.http}/workflows`, {
    headers: { authorization: `Bearer ${stack.developmentKey}` },
  });
  expect(await answer.json()).toMatchObject({ workflows: [] });
});
