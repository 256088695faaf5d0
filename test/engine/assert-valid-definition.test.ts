import { describe, expect, it } from "vitest";
import {
  assertValidDefinition,
  findStartNodeId,
  RefluxoError,
  type RetryPolicy,
  WorkflowEngine,
} from "../../src/engine/index.ts";
import { echo } from "./engine-under-test.ts";

const nodeDefinitions = { echo, choice: { ...echo, handles: ["yes", "no"] } };
const a = { id: "a", type: "echo", data: {} };
const b = { id: "b", type: "echo", data: {} };
const choice = { id: "c", type: "choice", data: {} };
const edge = (id: string, source: string, target: string, sourceHandle?: string) => ({
  id,
  source,
  target,
  ...(sourceHandle !== undefined && { sourceHandle }),
});

function problemOf(definition: object): string {
  try {
    assertValidDefinition({ id: "d", nodes: [a], edges: [], ...definition }, nodeDefinitions);
  } catch (error) {
    expect(error).toBeInstanceOf(RefluxoError);
    expect(error).toMatchObject({ code: "definition.invalid", isRetryable: false });
    return error instanceof Error ? error.message : "";
  }
  return "valid";
}

describe("assertValidDefinition", () => {
  it("accepts a branch, a loop with a start, and the limits' both ends", () => {
    expect(problemOf({ nodes: [choice, a, b], edges: [edge("1", "c", "a", "yes"), edge("2", "c", "b")] })).toBe(
      "valid",
    );
    expect(problemOf({ startNodeId: "a", nodes: [a, b], edges: [edge("1", "a", "b"), edge("2", "b", "a")] })).toBe(
      "valid",
    );
    expect(problemOf({ maxSteps: 1, longestDurationMs: 1 })).toBe("valid");
    expect(problemOf({ maxSteps: 1_000_000, longestDurationMs: 366 * 86_400_000 })).toBe("valid");
  });

  it.each([
    ["a duplicate node id", { nodes: [a, a] }, "Node id 'a' is used twice"],
    ["an empty node id", { nodes: [{ ...a, id: "" }] }, "nodes[0] has an empty id"],
    ["the id __proto__", { nodes: [{ ...a, id: "__proto__" }] }, "Node id '__proto__' is a reserved name"],
    ["the id constructor", { nodes: [{ ...a, id: "constructor" }] }, "Node id 'constructor' is a reserved name"],
    ["the id prototype", { nodes: [{ ...a, id: "prototype" }] }, "Node id 'prototype' is a reserved name"],
    [
      "an edge from nowhere",
      { edges: [edge("e", "x", "a")], startNodeId: "a" },
      "Edge 'e' comes from an unknown node 'x'",
    ],
    ["an edge to nowhere", { edges: [edge("e", "a", "x")] }, "Edge 'e' leads to an unknown node 'x'"],
    [
      "two edges on one exit",
      { nodes: [a, b], edges: [edge("1", "a", "b"), edge("2", "a", "b")] },
      "Edge '2' leaves 'a' by its default exit, which has an edge already",
    ],
    [
      "two edges on one handle",
      { nodes: [a, b], edges: [edge("1", "a", "b", "h"), edge("2", "a", "b", "h")] },
      "Edge '2' leaves 'a' by the handle 'h', which has an edge already",
    ],
    [
      "no start",
      { nodes: [a, b], edges: [edge("1", "a", "b"), edge("2", "b", "a")] },
      "Every node has an incoming edge",
    ],
    ["several starts", { nodes: [a, b] }, "Several nodes have no incoming edge ('a', 'b'): give a startNodeId"],
    ["an unknown start", { startNodeId: "x" }, "startNodeId 'x' is not a node"],
    ["an unknown node type", { nodes: [{ ...a, type: "X" }] }, "Node definition not found for type: X"],
    ["the type toString", { nodes: [{ ...a, type: "toString" }] }, "Node definition not found for type: toString"],
    ["the type __proto__", { nodes: [{ ...a, type: "__proto__" }] }, "Node definition not found for type: __proto__"],
    [
      "an edge from an undeclared handle (difference 5)",
      { nodes: [choice, a], edges: [edge("e", "c", "a", "maybe")] },
      "Edge 'e' leaves 'c' by the handle 'maybe', which its type 'choice' does not declare",
    ],
    ["no steps at all", { maxSteps: 0 }, "maxSteps must be a whole number from 1 to 1000000"],
    ["half a step", { maxSteps: 1.5 }, "maxSteps must be"],
    ["too many steps", { maxSteps: 1_000_001 }, "maxSteps must be"],
    ["no duration", { longestDurationMs: 0 }, "longestDurationMs must be"],
    ["too long a duration", { longestDurationMs: 366 * 86_400_000 + 1 }, "longestDurationMs must be"],
    ["a missing id", { id: undefined }, "The definition has no id"],
    ["a missing node list", { nodes: undefined }, "The definition has no nodes"],
    ["an empty node list", { nodes: [] }, "The definition has no nodes"],
    ["a missing edge list", { edges: undefined }, "The definition has no edges list"],
    ["a node that is no object", { nodes: [null] }, "nodes[0] is not an object"],
    ["a node without a type", { nodes: [{ id: "a" }] }, "nodes[0] has no type"],
    ["an edge without a target", { edges: [{ id: "e", source: "a" }] }, "edges[0] has no target"],
  ])("refuses %s and names it", (_name, definition, message) => {
    expect(problemOf(definition)).toContain(message);
  });

  it("names every problem in one message", () => {
    const message = problemOf({ nodes: [{ ...a, type: "X" }], maxSteps: -1 });
    expect(message).toBe("Node definition not found for type: X; maxSteps must be a whole number from 1 to 1000000");
  });
});

describe("validateWorkflow", () => {
  it("rejects with the same problems, and asks for no id", async () => {
    const engineOf = (type: string) =>
      new WorkflowEngine({ workflow: { nodes: [{ ...a, type }], edges: [] }, nodeDefinitions });
    await expect(engineOf("echo").validateWorkflow()).resolves.toBeUndefined();
    await expect(engineOf("X").validateWorkflow()).rejects.toThrow(/^Node definition not found for type: X$/);
  });
});

describe("findStartNodeId", () => {
  it("is the given start, or the one node without an incoming edge", () => {
    const definition = { nodes: [b, a], edges: [edge("1", "a", "b")] };
    expect(findStartNodeId(definition)).toBe("a");
    expect(findStartNodeId({ ...definition, startNodeId: "b" })).toBe("b");
    expect(() => findStartNodeId({ nodes: [a, b], edges: [] })).toThrow("Several nodes");
  });
});

describe("the problems of retries, compensations and timeouts", () => {
  const policy: RetryPolicy = { maxAttempts: 2, interval: 0, backoff: "fixed" };
  const whole: RetryPolicy = {
    ...policy,
    ...{ maxDelay: 0, jitter: "full", retryOn: ["x"], giveUpOn: [], maxElapsedTime: 0 },
  };

  it("are none in a definition that has all of them right", () => {
    const nodes = [{ ...choice, retryPolicy: whole, pauseTimeoutMs: 1, compensate: "b" }, a, b];
    const edges = [edge("1", "c", "a", "error"), edge("2", "c", "a", "timeout"), edge("3", "c", "a", "yes")];
    expect(problemOf({ nodes, edges })).toBe("valid");
    expect(findStartNodeId({ nodes, edges })).toBe("c");
    expect(problemOf({ nodes: [{ ...a, retryPolicy: policy }] })).toBe("valid");
  });

  it.each([
    [{ maxAttempts: 0 }, "maxAttempts is not a whole number from 1 on"],
    [{ maxAttempts: 1.5 }, "maxAttempts is not a whole number from 1 on"],
    [{ interval: -1 }, "interval is not a number of milliseconds from 0 on"],
    [{ interval: "1" }, "interval is not a number"],
    [{ backoff: "linear" }, "backoff is not fixed or exponential"],
    [{ maxDelay: Number.NaN }, "maxDelay is not a number"],
    [{ jitter: "some" }, "jitter is not none or full"],
    [{ retryOn: "x" }, "retryOn is not a list of error codes"],
    [{ giveUpOn: [1] }, "giveUpOn is not a list of error codes"],
    [{ maxElapsedTime: Number.POSITIVE_INFINITY }, "maxElapsedTime is not a number"],
  ])("name the field of a retry policy: %j", (change, problem) => {
    expect(problemOf({ nodes: [{ ...a, retryPolicy: { ...whole, ...change } }] })).toContain(
      `Node 'a' has a retryPolicy whose ${problem}`,
    );
  });

  it.each([
    ["a retry policy that is no object", { nodes: [{ ...a, retryPolicy: 3 }] }, "a retryPolicy that is no object"],
    ["no time to pause", { nodes: [{ ...a, pauseTimeoutMs: 0 }] }, "pauseTimeoutMs that is not a whole number"],
    ["an unknown compensation", { nodes: [{ ...a, compensate: "x" }] }, "is compensated by an unknown node 'x'"],
    ["a node that compensates itself", { nodes: [{ ...a, compensate: "a" }] }, "Node 'a' compensates itself"],
    [
      "an edge to a compensation",
      { nodes: [{ ...a, compensate: "b" }, b], edges: [edge("1", "a", "b")], startNodeId: "a" },
      "Node 'b' compensates others and so must have no incoming edge",
    ],
    [
      "an edge from a compensation",
      { nodes: [{ ...a, compensate: "b" }, b], edges: [edge("1", "b", "a")], startNodeId: "a" },
      "must have no outgoing edge",
    ],
    ["a start that compensates", { nodes: [{ ...a, compensate: "b" }, b], startNodeId: "b" }, "cannot be the start"],
    [
      "a compensation of a compensation",
      { nodes: [{ ...a, compensate: "b" }, { ...b, compensate: "c" }, choice], startNodeId: "a" },
      "Node 'b' compensates others and so cannot be compensated itself",
    ],
    [
      "an edge timeout without a pauseTimeoutMs, from a type that declares its handles",
      { nodes: [choice, a], edges: [edge("1", "c", "a", "timeout")] },
      "by the handle 'timeout', which its type 'choice' does not declare",
    ],
  ])("name %s", (_which, definition, problem) => {
    expect(problemOf(definition)).toContain(problem);
  });
});
