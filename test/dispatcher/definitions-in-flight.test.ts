import { beforeEach, describe, expect, test } from "vitest";
import type { NodeDefinition, NodesDefinition, WorkflowDefinition } from "../../src/engine/index.ts";
import { Harness } from "./harness.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

const dayMs = 24 * 3600 * 1000;

let ledger: Ledger;
/** What the deployment has; a test takes types out of it, as a deploy does. */
let nodes: Record<string, NodeDefinition>;

beforeEach(() => {
  ledger = new Ledger();
  nodes = { ...ledger.nodes };
});

function deployed(...workflows: readonly WorkflowDefinition[]): Harness {
  return new Harness({ workflows, nodes: nodes satisfies NodesDefinition });
}

/** Every container from here on has never seen what was deployed before: the harness makes one per invocation. */
function deploy(harness: Harness, ...workflows: readonly WorkflowDefinition[]): void {
  harness.workflows = workflows;
}

/** The nodes that a workflow ran, in order. */
const ranBy = (workflowId: string) =>
  ledger.runs.filter((run) => run.startsWith(`${workflowId}:`)).map((run) => run.slice(workflowId.length + 1));

/** `approval` without its last node, and with another in its place. */
const changed: WorkflowDefinition = {
  ...approval,
  nodes: [
    { id: "ask", type: "approve", data: {} },
    { id: "instead", type: "work", data: { name: "instead" } },
  ],
  edges: [{ id: "e", source: "ask", target: "instead" }],
};

/** A graph with the id of `approval` and nothing else of it. */
const rewritten: WorkflowDefinition = { ...chain("x", 1), id: approval.id };

describe("a workflow whose definition changes under it (I15)", () => {
  test("ends by the graph that it started with, and one that starts later runs the new graph", async () => {
    const harness = deployed(approval);
    await harness.start("old", "approval");
    await harness.run();
    deploy(harness, changed);
    await harness.start("new", "approval");
    await harness.run();
    for (const workflowId of ["old", "new"]) await harness.resume(workflowId, { payload: { answer: 1 } });
    await harness.run();
    expect(await harness.view("old")).toMatchObject({ status: "completed" });
    expect(ranBy("old")).toEqual(["approve@0", "approve@2", "after@3"]);
    expect(ranBy("new")).toEqual(["approve@0", "approve@2", "instead@3"]);
    const hashes = await Promise.all(["old", "new"].map(async (id) => (await harness.store.load(id))?.start));
    expect(new Set(hashes.map((start) => start?.definitionHash)).size).toBe(2);
  });

  test("goes on between two steps, without a pause, by the graph that it started with", async () => {
    const harness = deployed(chain("chain", 3));
    await harness.start("old", "chain");
    await harness.poll();
    deploy(harness, chain("chain", 1));
    await harness.run();
    expect(ranBy("old")).toEqual(["a@0", "b@1", "c@2"]);
    expect(await harness.view("old")).toMatchObject({ status: "completed", currentNodeId: null });
  });

  test("goes on when the new graph has nothing of it, its current node neither", async () => {
    const harness = deployed(approval);
    await harness.start("old", "approval");
    await harness.run();
    deploy(harness, rewritten);
    await harness.resume("old", { payload: { answer: "yes" } });
    await harness.run();
    expect(ranBy("old")).toEqual(["approve@0", "approve@2", "after@3"]);
    expect(await harness.view("old")).toMatchObject({
      status: "completed",
      context: { ask: [{ output: { answer: "yes" } }], after: [{ output: { done: true } }] },
    });
  });

  test("goes on when the new deployment has no definition of that id at all, though none can start any more", async () => {
    const harness = deployed(approval);
    await harness.start("old", "approval");
    await harness.run();
    deploy(harness, chain("other", 1));
    expect(await harness.start("new", "approval")).toMatchObject({ type: "refused" });
    await harness.resume("old", { payload: { answer: 1 } });
    await harness.run();
    expect(await harness.view("old")).toMatchObject({ status: "completed" });
  });

  test("goes on after a retry that an operator asks for once the new graph is there", async () => {
    const harness = deployed(chain("chain", 3));
    let isBroken = true;
    ledger.behaviour = (name) => {
      if (name === "b" && isBroken) throw new Error("broken");
      return { name };
    };
    await harness.start("old", "chain");
    await harness.run();
    expect(await harness.view("old")).toMatchObject({ status: "failed", currentNodeId: "b" });
    isBroken = false;
    deploy(harness, chain("chain", 1));
    await harness.execute({ type: "retry", schemaVersion: 1, workflowId: "old" });
    await harness.run();
    expect(await harness.view("old")).toMatchObject({ status: "completed" });
    expect(ranBy("old").at(-1)).toBe("c@6");
  });

  test("goes on when a retry of its own comes due hours after the deploy", async () => {
    const slow: WorkflowDefinition = {
      id: "slow",
      nodes: [
        { id: "first", type: "slow", data: {} },
        { id: "then", type: "work", data: { name: "then" } },
      ],
      edges: [{ id: "e", source: "first", target: "then" }],
    };
    const harness = deployed(slow);
    await harness.start("old", "slow");
    await harness.run();
    expect(await harness.view("old")).toMatchObject({ status: "error" });
    deploy(harness, { ...chain("x", 1), id: "slow" });
    harness.clock.advance(3 * 3600 * 1000);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.run();
    expect(ranBy("old")).toEqual(["slow@0", "slow@1", "then@2"]);
  });

  test("goes on when the timer of a pause of days fires, three deploys later", async () => {
    const waiting: WorkflowDefinition = {
      ...approval,
      nodes: approval.nodes.map((node) => (node.id === "ask" ? { ...node, data: { dueInMs: 9 * dayMs } } : node)),
    };
    const harness = deployed(waiting);
    await harness.start("old", "approval");
    await harness.run();
    for (const definition of [approval, changed, rewritten]) {
      deploy(harness, definition);
      harness.clock.advance(3 * dayMs);
      await harness.dispatcher().sweep(harness.invocation());
      await harness.run();
    }
    expect(await harness.view("old")).toMatchObject({
      status: "completed",
      context: { ask: [{ output: { timer: expect.any(Number) } }] },
    });
    expect(ranBy("old")).toEqual(["approve@0", "approve@2", "after@3"]);
  });

  test("waits, and is not failed, while its node type is gone, and ends by its own graph once the type is back", async () => {
    const harness = deployed(approval);
    await harness.start("old", "approval");
    await harness.run();
    const { approve } = nodes;
    if (approve === undefined) throw new Error("The ledger has no node type approve");
    delete nodes["approve"];
    deploy(harness, rewritten);
    await harness.resume("old", { payload: { answer: 1 } });
    await harness.drain();
    expect(await harness.view("old")).toMatchObject({ status: "active", currentNodeId: "ask" });
    nodes["approve"] = approve;
    harness.clock.advance(10 * 60_000);
    await harness.run();
    expect(await harness.view("old")).toMatchObject({ status: "completed" });
    expect(ranBy("old")).toEqual(["approve@0", "approve@2", "after@3"]);
  });

  test("can be read and cancelled by a container that has neither its graph nor its node type", async () => {
    const harness = deployed(approval);
    await harness.start("old", "approval");
    await harness.run();
    delete nodes["approve"];
    deploy(harness, rewritten);
    expect(await harness.view("old")).toMatchObject({ status: "paused", currentNodeId: "ask" });
    await harness.cancel("old");
    expect(await harness.view("old")).toMatchObject({ status: "failed", metadata: { failedReason: "Cancelled" } });
  });
});
