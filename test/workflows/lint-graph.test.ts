import { describe, expect, test } from "vitest";
import { chain, edge, lint, problems } from "./lint-under-test.ts";

const abc = chain(["a", "any"], ["b", "any"], ["c", "any"]);

describe("the lint of graphs", () => {
  test("finds nothing in a chain, a branch, a compensation, a failure and a pause that ends", async () => {
    expect(await problems(abc)).toEqual([]);
    const branched = {
      id: "d",
      nodes: [
        { id: "ask", type: "ask", data: {}, pauseTimeoutMs: 5, compensate: "undo" },
        ...["yes", "no", "late", "broken", "undo"].map((id) => ({ id, type: "step", data: {} })),
      ],
      startNodeId: "ask",
      edges: [
        edge("ask", "yes", "yes"),
        edge("ask", "no", "no"),
        edge("ask", "late", "timeout"),
        edge("yes", "broken", "error"),
      ],
    };
    expect(await problems(branched)).toEqual([]);
  });

  test("unknown-type: a type that does not exist", async () => {
    expect(await lint(chain(["a", "chrage"]))).toMatchObject([
      {
        rule: "unknown-type",
        severity: "error",
        file: "d.json",
        line: 7,
        column: 15,
        message: "node 'a' has the type 'chrage', which does not exist",
        fix: expect.stringContaining("'charge'"),
      },
    ]);
    expect(await problems(chain(["a", "toString"]))).toEqual([expect.stringContaining("unknown-type")]);
  });

  test("unknown-node: an edge, a compensation or a start that names no node", async () => {
    const bad = { ...abc, startNodeId: "x", edges: [edge("a", "b"), edge("b", "y"), edge("z", "c")] };
    expect((await problems(bad)).filter((problem) => problem.startsWith("unknown-node"))).toEqual([
      "unknown-node: there is no node 'x'",
      "unknown-node: there is no node 'y'",
      "unknown-node: there is no node 'z'",
    ]);
    expect(await problems(chain(["a", "any", {}, { compensate: "b" }]))).toEqual([
      "unknown-node: there is no node 'b'",
    ]);
  });

  test("unknown-handle: a handle that the type does not declare for the node", async () => {
    const ask = chain(["a", "ask"], ["b", "any"]);
    const by = (handle: string) => ({ ...ask, edges: [edge("a", "b", handle)] });
    const found = async (handle: string) =>
      (await problems(by(handle))).filter((problem) => problem.startsWith("unknown-handle"));
    expect(await found("maybe")).toEqual([
      "unknown-handle: edge 'a-b-maybe' leaves 'a' by 'maybe', and its type 'ask' has no such handle",
    ]);
    expect(await found("timeout")).toHaveLength(1);
    expect(await found("yes")).toEqual([]);
    expect(await found("error")).toEqual([]);
    const choose = { ...chain(["a", "choose", { one: 1 }], ["b", "any"]) };
    expect(await problems({ ...choose, edges: [edge("a", "b", "one")] })).toEqual([]);
    expect(await problems({ ...choose, edges: [edge("a", "b", "two")] })).toContainEqual(
      expect.stringContaining("unknown-handle"),
    );
    const free = chain(["a", "any"], ["b", "any"]);
    expect(await problems({ ...free, edges: [edge("a", "b", "whatever")] })).toEqual([]);
  });

  test("unreachable-node: a node that no workflow comes to", async () => {
    const lost = { ...abc, edges: [edge("a", "b")] };
    expect(await problems(lost)).toEqual([
      "unreachable-node: no path leads from the start to node 'c', and no reachable node is compensated by it",
    ]);
    const undone = chain(["a", "any", {}, { compensate: "c" }], ["b", "any"], ["c", "any"]);
    expect(await problems({ ...undone, edges: [edge("a", "b")] })).toEqual([]);
  });

  test("dangling-handle: a declared handle without an edge is a warning, since it may be the end", async () => {
    const half = { ...chain(["a", "ask"], ["b", "any"]), edges: [edge("a", "b", "yes")] };
    expect(await lint(half)).toMatchObject([{ rule: "dangling-handle", severity: "warning", line: 6 }]);
    expect(await problems({ ...half, edges: [...half.edges, edge("a", "b", "no")] })).toEqual([]);
  });

  test("unbounded-loop: a loop with a way out is bounded by a pause or maxSteps, else a warning", async () => {
    const loop = { ...abc, edges: [edge("a", "b"), edge("b", "a"), edge("b", "c", "done")] };
    expect(await lint(loop)).toMatchObject([
      { rule: "unbounded-loop", severity: "warning", message: expect.stringContaining("'a', 'b'") },
    ]);
    expect(await problems({ ...loop, maxSteps: 50 })).toEqual([]);
    const waiting = chain(["a", "any"], ["b", "wait"], ["c", "any"]);
    expect(await problems({ ...waiting, edges: loop.edges })).toEqual([]);
    const asking = {
      ...chain(["a", "ask"], ["b", "any"]),
      edges: [edge("a", "a", "no"), edge("a", "b", "yes")],
    };
    expect(await problems(asking)).toEqual([]);
  });

  test("unbounded-loop: a loop without a way out is an error, whatever bounds it", async () => {
    const endless = { ...abc, maxSteps: 50, edges: [edge("a", "b"), edge("b", "a"), edge("b", "c", "error")] };
    expect(await lint(endless)).toMatchObject([{ rule: "unbounded-loop", severity: "error" }]);
    // An exit without an edge ends the branch, and is a way out as well.
    const ask = { ...chain(["a", "ask"]), edges: [edge("a", "a", "no")] };
    expect(await problems(ask)).toEqual([expect.stringContaining("dangling-handle")]);
  });

  test("invalid-definition: a shape that the contract refuses, at its place", async () => {
    expect(await lint({ ...abc, maxStep: 5 })).toMatchObject([
      { rule: "invalid-definition", severity: "error", message: "maxStep: is not a known field" },
    ]);
    expect(await problems({ ...abc, edges: [edge("a", "b"), { ...edge("a", "c"), id: "2" }, edge("b", "c")] })).toEqual(
      [expect.stringContaining("which has an edge already")],
    );
  });
});
