import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { planDeployment } from "../../src/dispatcher/plan-deployment.ts";
import type { LiveWorkflow } from "../../src/dispatcher/read-live-workflows.ts";
import type { Node, NodesDefinition, WorkflowDefinition } from "../../src/engine/index.ts";

const executor = async () => ({ data: {} });
const nodeDefinitions: NodesDefinition = {
  work: { executor },
  approve: { executor },
  strict: { executor, metadata: { input: v.strictObject({ limit: v.number() }) } },
};

/** A graph of nodes `id:type`, connected by edges `a>b`. */
function graph(id: string, nodes: string, edges = "", changes: Readonly<Record<string, Partial<Node>>> = {}) {
  return {
    id,
    nodes: nodes.split(" ").map((text) => {
      const [nodeId = "", type = "work"] = text.split(":");
      return { id: nodeId, type, data: {}, ...changes[nodeId] };
    }),
    edges: edges
      .split(" ")
      .filter(Boolean)
      .map((text) => {
        const [source = "", target = ""] = text.split(">");
        return { id: text, source, target };
      }),
  } satisfies WorkflowDefinition;
}

/** Plans for live workflows of one stored graph, given by the nodes that they are at. */
function plan(stored: WorkflowDefinition, at: readonly string[], ...checkout: readonly WorkflowDefinition[]) {
  return planDeployment({
    checkout: checkout.map((workflow, index) => ({ hash: `new-${index}`, workflow })),
    nodeDefinitions,
    stored: new Map([["old", stored]]),
    live: at.map((currentNodeId, index) => ({ ...live(`w${index}`, stored.id), currentNodeId })),
  });
}

function live(workflowId: string, definitionId = "flow", definitionHash = "old"): LiveWorkflow {
  return { workflowId, definitionId, definitionHash };
}

const flow = graph("flow", "a b:approve c", "a>b b>c");

describe("the plan of a deployment", () => {
  test("is safe and empty without live workflows", () => {
    expect(plan(flow, [])).toEqual({ isSafe: true, workflows: 0, graphs: [], missingTypes: [], refusedData: [] });
  });

  test("leaves alone what runs on the very same hash", () => {
    const checkout = [{ hash: "same", workflow: flow }];
    const running = ["w1", "w2"].map((id) => live(id, "flow", "same"));
    expect(planDeployment({ checkout, nodeDefinitions, stored: new Map(), live: running })).toEqual({
      isSafe: true,
      workflows: 2,
      graphs: [
        {
          definitionId: "flow",
          hash: "same",
          verdict: "unaffected",
          workflows: 2,
          couldMove: 0,
          cannotMove: 0,
          obstacles: [],
        },
      ],
      missingTypes: [],
      refusedData: [],
    });
  });

  test("says that a graph could move when every workflow's current node is there, with its type and shape of data", () => {
    const next = graph("flow", "a b:approve d", "a>d d>b", { a: { timeoutMs: 5 }, d: { data: { x: 1 } } });
    expect(plan(flow, ["a", "b", "a"], next).graphs).toMatchObject([
      { verdict: "could move", workflows: 3, couldMove: 3, cannotMove: 0, obstacles: [] },
    ]);
  });

  test("counts those that could not move and says at which node and why", () => {
    const next = graph("flow", "a:approve c", "a>c");
    const { graphs, isSafe } = plan(flow, ["a", "b", "c", "b"], next);
    expect(graphs).toMatchObject([{ verdict: "cannot move", workflows: 4, couldMove: 1, cannotMove: 3 }]);
    expect(graphs[0]?.obstacles).toEqual([
      { type: "node-retyped", nodeId: "a", nodeType: "work", checkoutType: "approve", workflowIds: ["w0"] },
      { type: "node-gone", nodeId: "b", nodeType: "approve", workflowIds: ["w1", "w3"] },
    ]);
    expect(isSafe).toBe(true);
  });

  test.each<[string, unknown, unknown, "could move" | "cannot move"]>([
    ["another value", { limit: 1, to: "a" }, { to: "b", limit: 2 }, "could move"],
    ["a key more", { limit: 1 }, { limit: 1, to: "a" }, "cannot move"],
    ["a key less", { limit: 1 }, {}, "cannot move"],
    ["another kind of value", { limit: 1 }, { limit: "1" }, "cannot move"],
    ["null for an object", { limit: {} }, { limit: null }, "cannot move"],
    ["a list for an object", { limit: {} }, { limit: [] }, "cannot move"],
    ["a longer list of the same kind", { to: ["a"] }, { to: ["b", "c"] }, "could move"],
    ["a list of another kind", { to: ["a"] }, { to: [{ name: "a" }] }, "cannot move"],
    ["a change deep inside", { a: { b: { c: 1 } } }, { a: { b: { d: 1 } } }, "cannot move"],
  ])("judges the current node's data by its shape: %s", (_title, before, after, verdict) => {
    const of = (data: unknown) => graph("flow", "a", "", { a: { data } });
    const { graphs } = plan(of(before), ["a"], of(after));
    expect(graphs[0]?.verdict).toBe(verdict);
    if (verdict === "cannot move") {
      expect(graphs[0]?.obstacles).toEqual([
        { type: "data-reshaped", nodeId: "a", nodeType: "work", workflowIds: ["w0"] },
      ]);
    }
  });

  test("says that nothing can move when the checkout has no definition of that id", () => {
    const { graphs, isSafe } = plan(flow, ["a", "b"], graph("other", "a"));
    expect(graphs).toMatchObject([
      { verdict: "cannot move", cannotMove: 2, obstacles: [{ type: "definition-gone", workflowIds: ["w0", "w1"] }] },
    ]);
    expect(isSafe).toBe(true);
  });

  test("lists graphs by definition, with the most used hash first", () => {
    const stored = new Map(["h1", "h2", "h3"].map((hash) => [hash, hash === "h3" ? graph("before", "a") : flow]));
    const running = [live("w1", "flow", "h1"), live("w2", "flow", "h2"), live("w3", "flow", "h2")];
    const at = [...running, live("w4", "before", "h3")].map((one) => ({ ...one, currentNodeId: "a" }));
    const { graphs } = planDeployment({ checkout: [], nodeDefinitions, stored, live: at });
    expect(graphs.map(({ hash }) => hash)).toEqual(["h3", "h2", "h1"]);
  });
});

test("the plan is the same in whatever order the workflows come", () => {
  const running = ["w3", "w1", "w2"].map((id, index) => ({ ...live(id), currentNodeId: index === 0 ? "b" : "c" }));
  const input = { checkout: [], nodeDefinitions, stored: new Map([["old", flow]]), live: running };
  expect(planDeployment({ ...input, live: running.toReversed() })).toEqual(planDeployment(input));
});

describe("the node types that live workflows need", () => {
  const missingOf = (stored: WorkflowDefinition, ...at: readonly string[]) =>
    plan(stored, at, graph(stored.id, "a")).missingTypes.map(({ nodeId, workflows }) => `${nodeId} ${workflows}`);

  test("fail the plan when the checkout lacks one, with everything that finds it", () => {
    const stored = graph("flow", "a b:gone", "a>b");
    const result = plan(stored, ["a", "b"], graph("flow", "a"));
    expect(result.missingTypes).toEqual([
      { definitionId: "flow", hash: "old", nodeId: "b", type: "gone", workflows: 2 },
    ]);
    expect(result.isSafe).toBe(false);
  });

  test("do not count where no live workflow comes any more", () => {
    const stored = graph("flow", "a:gone b c:gone d", "a>b b>d");
    expect(missingOf(stored, "b", "d")).toEqual([]);
    expect(plan(stored, ["b"], graph("flow", "b")).isSafe).toBe(true);
  });

  test("are followed along every edge, and round a loop", () => {
    const stored = graph("flow", "a b c d:gone", "a>b b>c c>a c>d");
    expect(missingOf(stored, "b")).toEqual(["d 1"]);
    expect(missingOf(graph("flow", "a:gone b c", "a>b b>c c>a"), "c")).toEqual(["a 1"]);
  });

  test("are each counted with the workflows that need it alone", () => {
    const stored = graph("flow", "a b:gone c:lost", "a>b b>c");
    expect(missingOf(stored, "a", "c", "c")).toEqual(["b 1", "c 3"]);
  });

  test("count when they undo a node that has run, or may yet run", () => {
    const compensated = { a: { compensate: "undo-a" }, c: { compensate: "undo-c" }, x: { compensate: "undo-x" } };
    const stored = graph("flow", "a b c x undo-a:gone undo-c:gone undo-x:gone", "a>b b>c", compensated);
    expect(missingOf(stored, "b")).toEqual(["undo-a 1", "undo-c 1"]);
  });

  test("count for everything that there is to undo while a workflow is undoing", () => {
    const compensated = { a: { compensate: "undo-a" }, b: { compensate: "undo-b" } };
    const stored = graph("flow", "a b undo-a:gone undo-b", "a>b", compensated);
    expect(missingOf(stored, "undo-b")).toEqual(["undo-a 1"]);
  });

  test("are not looked for among inherited names", () => {
    expect(missingOf(graph("flow", "a:toString"), "a")).toEqual(["a 1"]);
  });

  test("cannot be known when the graph is not stored or not readable, which fails the plan too", () => {
    const running = [live("w1"), live("w2")];
    const checkout = [{ hash: "new", workflow: flow }];
    const stored = new Map([["old", { problem: "It is not stored" }]]);
    const result = planDeployment({ checkout, nodeDefinitions, stored, live: running });
    expect(result).toMatchObject({
      isSafe: false,
      graphs: [
        {
          verdict: "cannot move",
          workflows: 2,
          cannotMove: 2,
          obstacles: [{ type: "graph-unreadable", problem: "It is not stored", workflowIds: ["w1", "w2"] }],
        },
      ],
    });
  });
});

describe("the data of nodes that live workflows need", () => {
  const strict = (limit: unknown) => ({ type: "strict", data: { limit } });
  const refusedOf = (stored: WorkflowDefinition, ...at: readonly string[]) =>
    plan(stored, at, graph(stored.id, "a")).refusedData.map(({ nodeId, workflows }) => `${nodeId} ${workflows}`);

  test("fails the plan when its type refuses it, with everything that finds it and every reason", () => {
    const b = { type: "strict", data: { limit: "5", limits: 5 } };
    const result = plan(graph("flow", "a b", "a>b", { b }), ["a", "b"], graph("flow", "a b", "a>b"));
    expect(result.refusedData).toEqual([
      {
        definitionId: "flow",
        hash: "old",
        nodeId: "b",
        type: "strict",
        problems: [
          expect.stringMatching(/^limit: Invalid type: Expected number/),
          expect.stringMatching(/^limits: Invalid key/),
        ],
        workflows: 2,
      },
    ]);
    expect(result).toMatchObject({ isSafe: false, missingTypes: [] });
  });

  test("passes when its type takes it, or has no schema", () => {
    const stored = graph("flow", "a b", "a>b", { a: { data: { limit: "5" } }, b: strict(5) });
    expect(plan(stored, ["a"], graph("flow", "a"))).toMatchObject({ isSafe: true, refusedData: [] });
  });

  test("does not count where no live workflow comes any more", () => {
    const stored = graph("flow", "a b c d", "a>b b>d", { a: strict("5"), c: strict("5") });
    expect(refusedOf(stored, "b", "d")).toEqual([]);
    expect(plan(stored, ["b"], graph("flow", "b")).isSafe).toBe(true);
  });

  test("is each counted with the workflows that need it alone, round a loop too", () => {
    const changes = { b: strict("5"), c: strict(null) };
    expect(refusedOf(graph("flow", "a b c", "a>b b>c", changes), "a", "c", "c")).toEqual(["b 1", "c 3"]);
    expect(refusedOf(graph("flow", "a b c", "a>b b>c c>a", changes), "c")).toEqual(["b 1", "c 1"]);
  });

  test("counts when the node undoes one that has run, or may yet run", () => {
    const stored = graph("flow", "a b undo", "a>b", { a: { compensate: "undo" }, undo: strict("5") });
    expect(refusedOf(stored, "b")).toEqual(["undo 1"]);
  });

  test("is not judged with an expression in it, whose value nobody knows yet", () => {
    const stored = graph("flow", "a", "", { a: strict("{% input.limit %}") });
    expect(plan(stored, ["a"], graph("flow", "b"))).toMatchObject({ isSafe: true, refusedData: [] });
  });

  test("is not judged where the type is missing, which is told as that alone", () => {
    const stored = graph("flow", "a", "", { a: { type: "gone", data: { limit: "5" } } });
    expect(plan(stored, ["a"], graph("flow", "b"))).toMatchObject({
      isSafe: false,
      missingTypes: [{ nodeId: "a", type: "gone" }],
      refusedData: [],
    });
  });
});
