import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { NodesDefinition, WorkflowDefinition } from "../../src/engine/index.ts";
import { LocalClient } from "../../src/platforms/local/cli/local-client.ts";
import { applicationWith, startTestStack, type TestStack } from "./test-stack.ts";

let stateFolder: string;
let running: TestStack | undefined;
let client: LocalClient;
const runs: string[] = [];
let isBroken = true;

beforeAll(() => {
  stateFolder = mkdtempSync(join(tmpdir(), "refluxo-in-flight-"));
});
afterEach(() => running?.stack.stop());
afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

const nodes: NodesDefinition = {
  note: {
    async executor(data, _context, _payload, _globals, step) {
      runs.push(`${step?.workflowId}:${JSON.stringify(data)}`);
      return { data };
    },
  },
  ask: {
    async executor(_data, _context, payload) {
      return payload === null ? { data: {}, __pause: true } : { data: payload };
    },
  },
  breaks: {
    async executor(data, _context, _payload, _globals, step) {
      if (isBroken) throw new Error("broken");
      runs.push(`${step?.workflowId}:${JSON.stringify(data)}`);
      return { data };
    },
  },
};

/** A graph with the id `flow`: its first node and, behind it, a note with a text. */
function flow(first: string, text: string): WorkflowDefinition {
  return {
    id: "flow",
    nodes: [
      { id: first, type: first, data: {} },
      { id: "end", type: "note", data: { text } },
    ],
    edges: [{ id: "e", source: first, target: "end" }],
  };
}

/** Ends the stack that runs and starts another over its state, which has never seen what it had: a deploy. */
async function deploy(...workflows: readonly WorkflowDefinition[]): Promise<void> {
  await running?.stack.stop();
  const { nodeDefinitions, bindings, workflows: samples } = applicationWith({});
  const application = {
    workflows: [...samples, ...workflows],
    bindings,
    nodeDefinitions: { ...nodeDefinitions, ...nodes },
  };
  running = await startTestStack(application, { stateFolder });
  client = new LocalClient(running.stack);
}

const untilStatus = (workflowId: string, status: string) =>
  vi.waitFor(async () => expect(await client.get(workflowId)).toMatchObject({ status }), {
    timeout: 90_000,
    interval: 20,
  });

async function retry(workflowId: string): Promise<number> {
  const { endpoints, developmentKey } = running?.stack ?? {};
  const headers = { authorization: `Bearer ${developmentKey}`, "content-type": "application/json" };
  const request = { method: "POST", headers, body: "{}" };
  return (await fetch(`${endpoints?.http}/workflows/${workflowId}/retry`, request)).status;
}

test("a workflow ends by the graph that it started with, over deploys and fresh containers, at a resume and at a retry (I15)", async () => {
  await deploy(flow("ask", "first graph"), { ...flow("breaks", "first graph"), id: "breaks" });
  await client.start("flow", "old", null);
  await client.start("breaks", "old-failed", null);
  await untilStatus("old", "paused");
  await untilStatus("old-failed", "failed");

  // The same id, but nothing of the graph: the nodes that both workflows are at are gone.
  await deploy(flow("note", "second graph"), { ...flow("note", "second graph"), id: "breaks" });
  await client.start("flow", "new", null);
  await untilStatus("new", "completed");
  expect(runs).toEqual(["new:{}", 'new:{"text":"second graph"}']);

  // No definition of these ids at all.
  await deploy();
  isBroken = false;
  await client.resume("old", { yes: true });
  expect(await retry("old-failed")).toBe(202);
  await untilStatus("old", "completed");
  await untilStatus("old-failed", "completed");
  expect(runs.slice(2).toSorted()).toEqual([
    'old-failed:{"text":"first graph"}',
    "old-failed:{}",
    'old:{"text":"first graph"}',
  ]);
});
