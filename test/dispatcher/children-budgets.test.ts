import { describe, expect, test } from "vitest";
import type { NodesDefinition } from "../../src/engine/index.ts";
import { nodes } from "../../src/nodes/index.ts";
import { Harness } from "./harness.ts";

/** Counts the calls of a port by method and by what the method's first arguments name. */
function counting<T extends object>(
  port: T,
  calls: Map<string, number>,
  nameOf: (given: readonly unknown[]) => string,
): T {
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        const key = `${String(name)} ${nameOf(given)}`;
        calls.set(key, (calls.get(key) ?? 0) + 1);
        return Reflect.apply(member, target, given);
      };
    },
  });
}

const work: NodesDefinition = {
  work: {
    executor: async (_data, _context, _payload, _globals, step) => {
      if (Number(step?.input) % 10 === 0) throw new Error("every tenth fails");
      return { data: "done" };
    },
  },
};

/** Runs a map over so many items, in one container, and counts calls by what stands under one key. */
async function count(items: number, lanes: number, toleratedFailures: number | string = "20%") {
  const data = {
    definitionId: "child",
    items: Array.from({ length: items }, (_, index) => index),
    maxConcurrency: lanes,
    toleratedFailures,
  };
  const workflows = [
    { id: "parent", nodes: [{ id: "map", type: "map", data }], edges: [] },
    { id: "child", nodes: [{ id: "work", type: "work", data: {} }], edges: [] },
  ];
  const harness = new Harness({ workflows, nodes: { ...nodes, ...work } });
  const calls = new Map<string, number>();
  const byWorkflow = ([first]: readonly unknown[]) =>
    typeof first === "object" && first !== null && "workflowId" in first ? String(first.workflowId) : String(first);
  const byPart = ([, part]: readonly unknown[]) =>
    typeof part === "object" && part !== null && "lane" in part
      ? `group ${Math.floor(Number(part.lane) / 32)}`
      : `${part}`;
  const dispatcher = harness.dispatcher({
    store: counting(harness.store, calls, byWorkflow),
    children: counting(harness.children, calls, byPart),
  });
  await harness.start("p", "parent", null, dispatcher);
  while ((await harness.poll(dispatcher)) > 0);
  expect((await harness.view("p")).status).toBe("completed");
  const most = (prefix: string) =>
    Math.max(0, ...[...calls].filter(([key]) => key.startsWith(prefix)).map(([, made]) => made));
  return { calls, most };
}

describe("the join of children", () => {
  test("writes as little under the parent's key for a thousand children as for a hundred", async () => {
    const writes = ["claim p", "commit p", "writeHead p", "moveCheck p", "createStart p"];
    const [small, large] = [await count(100, 50), await count(1_000, 50)];
    for (const write of writes) expect([write, large.calls.get(write)]).toEqual([write, small.calls.get(write)]);
  });

  test("reads two small items under the parent's key for each child, and all that it did only when lanes are done", async () => {
    const { calls } = await count(1_000, 50);
    expect(calls.get("loadFrom p")).toBeLessThanOrEqual(2 * 1_000 + 50);
    expect(calls.get("load p")).toBeLessThanOrEqual(50);
  });

  test("writes one result a child, under the key of its lane, and a lane's state for its failures and its end alone", async () => {
    const { calls, most } = await count(1_000, 50);
    expect(most("putResult ")).toBe(20);
    const states = [...calls].filter(([key]) => key.startsWith("putLane ")).map(([, made]) => made);
    expect(states).toHaveLength(2);
    expect(states.reduce((sum, made) => sum + made)).toBe(100 + 50 - 5);
  });

  test("asks all groups of lanes for each failure, its own for the end of each lane, and all again when one is done", async () => {
    const { calls } = await count(1_000, 50);
    const reads = [...calls].filter(([key]) => key.startsWith("readLanes ")).reduce((sum, [, made]) => sum + made, 0);
    const [groups, failures, lanes] = [2, 100, 50];
    expect(reads).toBeGreaterThanOrEqual(groups * failures);
    // Lanes that end beside each other may each find their group done.
    expect(reads).toBeLessThanOrEqual(groups * failures + lanes * (1 + 2 * groups));
  });

  test("asks nobody about a failure when all may fail", async () => {
    const { calls } = await count(1_000, 50, "100%");
    const reads = [...calls].filter(([key]) => key.startsWith("readLanes ")).reduce((sum, [, made]) => sum + made, 0);
    expect(reads).toBeLessThanOrEqual(50 * 5);
  });
});
