import { expect, onTestFinished, test } from "vitest";
import { createAwsPlatform } from "../../../src/platforms/aws/aws-platform.ts";
import { MemoryLogger } from "../../../src/platforms/memory/index.ts";
import { SimulatedClock } from "../../../src/platforms/memory/simulated-clock.ts";
import { FakeService } from "./fake-service.ts";

const dayMs = 86_400_000;

test("a workflow is kept for RETENTION_DAYS after its longest duration", async () => {
  const service = await FakeService.start(() => ({}));
  const clock = new SimulatedClock();
  const platform = createAwsPlatform(
    {
      workflows: [{ id: "d", nodes: [{ id: "n", type: "t", data: {} }], edges: [], longestDurationMs: 2 * dayMs }],
      nodeDefinitions: { t: { executor: async () => ({ data: null }) } },
      bindings: { objectCreated: [], schedules: [] },
    },
    { TABLE_NAME: "table", QUEUE_URL: `${service.clientConfig.endpoint}/1/steps`, RETENTION_DAYS: 5 },
    { dynamodb: service.clientConfig, sqs: service.clientConfig, logger: new MemoryLogger(), clock },
  );
  onTestFinished(async () => {
    platform.close();
    await service.stop();
  });

  const start = { type: "start", schemaVersion: 1, workflowId: "w", definitionId: "d", input: null } as const;
  const outcome = await platform.dispatcher.execute(start, { deadlineAt: clock.now() + 60_000 });

  expect(outcome).toMatchObject({ type: "started", isNew: true });
  const items = service.requests.map(({ body }) => JSON.parse(body).Item).filter((item) => item?.workflowId?.S === "w");
  const purgeAt = { N: String(clock.now() + (2 + 5) * dayMs) };
  expect(items).toMatchObject([
    { version: { N: "-2" }, purgeAt },
    { version: { N: "-1" }, purgeAt },
  ]);
});

test("networks that cannot be read stop the function at its start", () => {
  const environment = { TABLE_NAME: "table", QUEUE_URL: "https://sqs/1/steps", HTTP_ALLOWED_NETWORKS: "10.0.0.0/33" };
  const application = { workflows: [], nodeDefinitions: {}, bindings: { objectCreated: [], schedules: [] } };
  expect(() => createAwsPlatform(application, environment, { logger: new MemoryLogger() })).toThrow(
    expect.objectContaining({ code: "http.networks-invalid", message: expect.stringContaining("10.0.0.0/33") }),
  );
});

test("no workflow starts with a definition whose expressions do not compile, and others do", async () => {
  const service = await FakeService.start(() => ({}));
  const clock = new SimulatedClock();
  const definition = (id: string, data: unknown) => ({ id, nodes: [{ id: "n", type: "t", data }], edges: [] });
  const platform = createAwsPlatform(
    {
      workflows: [definition("bad", { a: "{% $typo %}" }), definition("good", { a: "{% 1 %}" })],
      nodeDefinitions: { t: { executor: async () => ({ data: null }) } },
      bindings: { objectCreated: [], schedules: [] },
    },
    { TABLE_NAME: "table", QUEUE_URL: `${service.clientConfig.endpoint}/1/steps` },
    { dynamodb: service.clientConfig, sqs: service.clientConfig, logger: new MemoryLogger(), clock },
  );
  onTestFinished(async () => {
    platform.close();
    await service.stop();
  });
  const start = (definitionId: string) =>
    platform.dispatcher.execute(
      { type: "start", schemaVersion: 1, workflowId: definitionId, definitionId, input: null },
      { deadlineAt: clock.now() + 60_000 },
    );

  await expect(start("bad")).rejects.toMatchObject({
    code: "definition.invalid",
    message: expect.stringContaining("Node 'n': data.a: {% $typo %}: nothing binds $typo"),
  });
  expect(service.requests).toEqual([]);
  expect(await start("good")).toMatchObject({ type: "started", isNew: true });
});
