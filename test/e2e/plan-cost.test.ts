import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DefinitionCatalog } from "../../src/dispatcher/index.ts";
import { mapWithConcurrency } from "../../src/dispatcher/map-with-concurrency.ts";
import type { WorkflowDefinition } from "../../src/engine/index.ts";
import { runPlan } from "../../src/platforms/aws/cli/plan.ts";
import { DynamoDBWorkflowStore } from "../../src/platforms/aws/dynamodb-workflow-store.ts";
import { mostShards } from "../../src/platforms/aws/shards.ts";
import { clientConfigs } from "../../src/platforms/local/cli/create-handlers.ts";
import type { CapacityReading } from "../../src/platforms/local/emulators/capacity-meter.ts";
import { headOf, keyOf, newWorkflowId, transitionOf } from "../conformance/workflow-store/samples.ts";
import { startTestStack, type TestStack } from "./test-stack.ts";

/** The figures in docs/deploy.md were measured by this test with 1,000. */
const workflows = 200;
/** How many of these have a long history, which shall cost no more, and how long it is. */
const withHistory = 20;
const historyLength = 20;
/** Every shard that there can be is read twice, and half a unit is the least that a Query takes. */
const indexUnits = 2 * mostShards * 0.5;
const tableName = "refluxo-dispatcher-workflow-table";
const nodeDefinitions = { work: { executor: async () => ({ data: {} }) } };
const bindings = { objectCreated: [], schedules: [] };

let running: TestStack;

beforeAll(async () => {
  running = await startTestStack({ workflows: [], nodeDefinitions, bindings });
  await seed();
}, 120_000);
afterAll(() => running.stack.stop());

function flow(...nodeIds: readonly string[]): WorkflowDefinition {
  const edges = nodeIds.slice(1).map((target, at) => ({ id: target, source: nodeIds[at] ?? "", target }));
  return { id: "flow", nodes: nodeIds.map((id) => ({ id, type: "work", data: {} })), edges };
}

/** Live workflows as a stack has them, without running them: heads, and versions with a result of 1 KB each. */
async function seed(): Promise<void> {
  const { endpoints } = running.stack;
  const client = new DynamoDBClient(clientConfigs(endpoints).dynamodb);
  const store = new DynamoDBWorkflowStore(client, tableName);
  const catalog = new DefinitionCatalog(store, [flow("a", "b")], { nodeDefinitions });
  const [definition] = catalog.list();
  if (definition === undefined) throw new Error("The catalog is empty");
  await catalog.keep(definition);
  const transition = JSON.stringify({
    ...JSON.parse(transitionOf("a")),
    currentNodeId: "b",
    result: { output: "x".repeat(1_000), timestamp: 0, attempt: 1 },
  });
  const seedOne = async (versions: number) => {
    const workflowId = newWorkflowId();
    await store.writeHead(headOf(workflowId, { definitionId: "flow", definitionHash: definition.hash }));
    for (let version = 0; version < versions; version += 1) {
      await store.commit(keyOf(workflowId, version), { token: "t", transition, owner: "anyone" });
    }
  };
  const lengths = Array.from({ length: workflows }, (_, at) => (at < withHistory ? historyLength : 1));
  await mapWithConcurrency(lengths, 20, seedOne);
  client.destroy();
}

/** What a plan of a checkout with this definition reads. */
async function costOf(definition: WorkflowDefinition): Promise<CapacityReading & { readonly printed: string }> {
  const { meter, endpoints } = running.stack;
  const printed: string[] = [];
  meter.reset();
  const args = ["--table", tableName, "--endpoint", endpoints.dynamodb];
  const output = { print: (line: string) => printed.push(line), printError: () => undefined };
  const code = await runPlan(args, output, {
    loadApplication: async () => ({ workflows: [definition], nodeDefinitions }),
    openLocalTable: () => Promise.reject(new Error("not local")),
  });
  expect(code).toBe(0);
  return { ...meter.read(), printed: printed.join("\n") };
}

test("a live workflow costs a read unit, and another one where the checkout has another graph, whatever came before", async () => {
  const same = await costOf(flow("a", "b"));
  expect(same.printed).toMatch(/flow +[0-9a-f]{12} +200 +unaffected/);
  expect(same.requests).toEqual({ BatchGetItem: 2, Query: 128 });
  const other = await costOf(flow("a", "b", "c"));
  expect(other.printed).toMatch(/flow +[0-9a-f]{12} +200 +could move/);
  expect(other.requests).toEqual({ BatchGetItem: 2, Query: 328, GetItem: 1 });
  expect(same.readUnits).toBeLessThan(1.1 * workflows + indexUnits);
  expect(other.readUnits).toBeLessThan(2.1 * workflows + indexUnits);
  expect([same, other].map(({ writeUnits }) => writeUnits)).toEqual([0, 0]);
}, 240_000);
