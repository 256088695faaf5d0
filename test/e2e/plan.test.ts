import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { NodesDefinition, WorkflowDefinition } from "../../src/engine/index.ts";
import type { Application } from "../../src/platforms/aws/aws-platform.ts";
import { runPlan } from "../../src/platforms/aws/cli/plan.ts";
import { LocalClient } from "../../src/platforms/local/cli/local-client.ts";
import { openLocalTable } from "../../src/platforms/local/cli/open-local-table.ts";
import * as registry from "../../src/workflows/registry.ts";
import { NodeProcess } from "./node-process.ts";
import { startTestStack, type TestStack } from "./test-stack.ts";

const tableName = "refluxo-dispatcher-workflow-table";
const stateFolder = mkdtempSync(join(tmpdir(), "refluxo-plan-"));
let running: TestStack;

const asking: NodesDefinition = {
  question: { executor: async () => ({ data: {}, __pause: true }) },
  farewell: { executor: async () => ({ data: {} }) },
};
/** Asks, then says farewell. */
const survey: WorkflowDefinition = {
  id: "survey",
  nodes: [
    { id: "ask", type: "question", data: { text: "Well?" } },
    { id: "bye", type: "farewell", data: {} },
  ],
  edges: [{ id: "e", source: "ask", target: "bye" }],
};

function checkout(workflows: readonly WorkflowDefinition[], nodeTypes: readonly string[]): Application {
  const own = Object.entries(asking).filter(([type]) => nodeTypes.includes(type));
  return {
    workflows: [...registry.workflows, ...workflows],
    nodeDefinitions: { ...registry.nodeDefinitions, ...Object.fromEntries(own) },
    bindings: registry.bindings,
  };
}
const deployed = checkout([survey], ["question", "farewell"]);

beforeAll(async () => {
  running = await startTestStack(deployed, { stateFolder });
  const client = new LocalClient(running.stack);
  const untilStatus = (id: string, status: string) =>
    vi.waitFor(async () => expect(await client.get(id)).toMatchObject({ status }), { timeout: 90_000, interval: 20 });
  for (const id of ["survey-1", "survey-2"]) await client.start("survey", id, null);
  for (const id of ["survey-1", "survey-2"]) await untilStatus(id, "paused");
  await client.start("nightly-report", "ended", { date: "2026-11-22" });
  await vi.waitFor(async () => expect((await client.get("ended")).status).toMatch(/completed|failed/), {
    timeout: 90_000,
    interval: 20,
  });
});
afterAll(async () => {
  await running.stack.stop();
  rmSync(stateFolder, { recursive: true, force: true });
});

const portOf = (url: string) => Number(new URL(url).port);

/** Runs the command for a checkout, against the running stack unless the arguments say otherwise. */
async function plan(application: Application, ...args: readonly string[]) {
  const printed: string[] = [];
  const errors: string[] = [];
  const output = { print: (line: string) => printed.push(line), printError: (line: string) => errors.push(line) };
  const ports = { http: 0, eventBridge: 0, sqsAndS3: 0, dynamodb: portOf(running.stack.endpoints.dynamodb) };
  const code = await runPlan(args, output, {
    loadApplication: async () => application,
    openLocalTable: () => openLocalTable({ stateFolder, ports }),
  });
  return { code, printed, errors };
}

async function planAsJson(application: Application, ...args: readonly string[]) {
  const { code, printed } = await plan(application, "--json", ...args);
  return { code, plan: JSON.parse(printed.join("\n")) };
}

describe("the plan command", () => {
  test("leaves alone the workflows whose very graph the checkout has, and counts none that has ended", async () => {
    const { code, printed, errors } = await plan(deployed);
    expect(printed).toEqual([
      `${tableName}: 2 live workflows on 1 graph.`,
      "",
      expect.stringMatching(/^definition +hash +live +plan +could +cannot$/),
      expect.stringMatching(/^survey +[0-9a-f]{12} +2 +unaffected +- +-$/),
      "",
      "OK: every live workflow can end by the graph that it started with.",
    ]);
    expect(code).toBe(0);
    expect(errors).toEqual(["2 of 2 live workflows found"]);
  });

  test("finds the stack's table by the stack's name, or by its own", async () => {
    const endpoint = ["--endpoint", running.stack.endpoints.dynamodb];
    const byStack = await planAsJson(deployed, "--stack", "refluxo-dispatcher", ...endpoint);
    expect(byStack).toMatchObject({ code: 0, plan: { tableName, isSafe: true, workflows: 2 } });
    expect(await planAsJson(deployed, "--table", tableName, ...endpoint)).toEqual(byStack);
    const { code, errors } = await plan(deployed, "--stack", "refluxo", ...endpoint);
    expect({ code, errors }).toEqual({
      code: 2,
      errors: ["There is no table of a stack refluxo in this account and region"],
    });
  });

  test("says that workflows could move when their node is there, with another graph around it", async () => {
    const longer: WorkflowDefinition = {
      ...survey,
      nodes: [...survey.nodes, { id: "end", type: "farewell", data: {} }],
      edges: [...survey.edges, { id: "f", source: "bye", target: "end" }],
    };
    const { code, printed, errors } = await plan(checkout([longer], ["question", "farewell"]));
    expect(printed[3]).toMatch(/^survey +[0-9a-f]{12} +2 +could move +2 +0$/);
    expect(code).toBe(0);
    expect(errors).toEqual(["2 of 2 live workflows found", "2 of 2 current nodes read"]);
  });

  test("says why workflows cannot move, and passes, since they go on by their own graph", async () => {
    const renamed: WorkflowDefinition = {
      ...survey,
      nodes: [{ id: "inquire", type: "question", data: {} }],
      edges: [],
    };
    const { code, printed } = await plan(checkout([renamed], ["question", "farewell"]));
    expect(printed[3]).toMatch(/^survey +[0-9a-f]{12} +2 +cannot move +0 +2$/);
    expect(printed[5]).toMatch(/^survey [0-9a-f]{12} cannot move:$/);
    expect(printed[6]).toMatch(/^ {2}node ask is gone: 2 workflows \(survey-\d, survey-\d\)$/);
    expect(code).toBe(0);
  });

  test("fails when a node type is gone that a live workflow needs, naming all that finds it", async () => {
    const { code, printed } = await plan(checkout([], ["question"]));
    expect(printed.slice(-4)).toEqual([
      "MISSING node types, which live workflows need:",
      expect.stringMatching(/^ {2}survey [0-9a-f]{64} node bye: type farewell, 2 live workflows$/),
      "",
      "FAILED: put these node types back, or wait until no live workflow needs them.",
    ]);
    expect(code).toBe(1);
    const inJson = await planAsJson(checkout([], []));
    const missing = { definitionId: "survey", hash: expect.stringMatching(/^[0-9a-f]{64}$/), workflows: 2 };
    expect(inJson).toMatchObject({
      code: 1,
      plan: {
        isSafe: false,
        graphs: [{ verdict: "cannot move", obstacles: [{ type: "definition-gone", workflowIds: expect.any(Array) }] }],
        missingTypes: [
          { ...missing, nodeId: "ask", type: "question" },
          { ...missing, nodeId: "bye", type: "farewell" },
        ],
      },
    });
  });

  test("fails when a node type refuses the data of a live graph, naming all that finds it", async () => {
    const application = checkout([], ["question", "farewell"]);
    const input = v.strictObject({ text: v.string(), to: v.string() });
    const question = { executor: async () => ({ data: {} }), metadata: { input } };
    const changed = { ...application, nodeDefinitions: { ...application.nodeDefinitions, question } };
    const { code, printed } = await plan(changed);
    expect(printed.slice(-4)).toEqual([
      "REFUSED data of nodes, which live workflows need:",
      expect.stringMatching(/^ {2}survey [0-9a-f]{64} node ask: type question, 2 live workflows: to: Invalid key: /),
      "",
      "FAILED: let node types take the refused data again, or wait until no live workflow needs them.",
    ]);
    expect(code).toBe(1);
    expect(await planAsJson(changed)).toMatchObject({
      code: 1,
      plan: {
        isSafe: false,
        missingTypes: [],
        refusedData: [{ definitionId: "survey", nodeId: "ask", type: "question", workflows: 2 }],
      },
    });
  });

  test("exits 2 when it is misused, the checkout is not valid or the table cannot be reached", async () => {
    const misused = await plan(deployed, "--stak", "x");
    expect(misused).toMatchObject({ code: 2, printed: [] });
    expect(misused.errors[0]).toContain("npm run plan -- --stack <name>");
    const invalid = await plan(checkout([survey], []));
    expect(invalid).toMatchObject({ code: 2, errors: [expect.stringContaining("not found for type: question")] });
    const noTable = await plan(deployed, "--table", "nope", "--endpoint", running.stack.endpoints.dynamodb);
    expect(noTable).toMatchObject({ code: 2, errors: [expect.stringContaining("ResourceNotFoundException")] });
    const nobody = await plan(deployed, "--table", "nope", "--endpoint", "http://127.0.0.1:1");
    expect(nobody).toMatchObject({ code: 2, errors: [expect.stringContaining("ECONNREFUSED 127.0.0.1:1")] });
  });
});

describe("npm run plan", () => {
  /** The process itself, whose checkout is this one: it has no `survey`. */
  async function run(folder: string, args: readonly string[] = []) {
    const port = String(portOf(running.stack.endpoints.dynamodb));
    const environment = { PATH: process.env["PATH"] ?? "", REFLUXO_STATE_FOLDER: folder, REFLUXO_DYNAMODB_PORT: port };
    const started = new NodeProcess(["src/platforms/local/plan.ts", ...args], environment);
    return { code: await started.ended, output: started.output };
  }

  test("plans the local stack as it runs, and its state folder once it is stopped, with the same answer", async () => {
    const whileRunning = await run(stateFolder);
    expect(whileRunning.output).toMatch(/survey [0-9a-f]{64} node ask: type question, 2 live workflows/);
    expect(whileRunning.code).toBe(1);
    await running.stack.stop();
    expect(await run(stateFolder)).toEqual(whileRunning);
  });

  test("exits 2 without a local stack, and makes no folder", async () => {
    const folder = join(stateFolder, "none");
    const { code, output } = await run(folder);
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining(`There is no state in ${folder}/`) });
  });
});
