import { describe, expect, test } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { NodesDefinition } from "../../src/engine/index.ts";
import { Harness } from "./harness.ts";

const workflows: readonly WorkflowDefinition[] = [
  {
    id: "parent",
    nodes: [
      { id: "fan-out", type: "fan-out", data: {} },
      { id: "after", type: "after", data: {} },
    ],
    edges: [{ id: "e", source: "fan-out", target: "after" }],
  },
  { id: "child", nodes: [{ id: "work", type: "work", data: {} }], edges: [] },
];

interface ChildrenOf {
  readonly results: readonly { readonly status: string; readonly output?: unknown }[];
}

interface Story {
  readonly inputs: readonly string[];
  readonly toleratedFailures: number;
  readonly status: "completed" | "failed";
}

/** Dies after one call to a port was applied, which is before the next one. Every call after that is refused. */
class Mortal {
  calls = 0;
  isDead = false;
  readonly #dieAt: number;

  constructor(dieAt: number) {
    this.#dieAt = dieAt;
  }

  guard<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        return async (...given: unknown[]) => {
          if (this.isDead) throw new Error("died");
          this.calls += 1;
          this.isDead = this.calls === this.#dieAt;
          const result: unknown = await Reflect.apply(member, target, given);
          if (this.isDead) throw new Error("died");
          return result;
        };
      },
    });
  }
}

const stories: readonly Story[] = [
  { inputs: ["a", "b", "c"], toleratedFailures: 0, status: "completed" },
  { inputs: ["a", "fails", "c"], toleratedFailures: 1, status: "completed" },
  { inputs: ["a", "fails", "waits", "d"], toleratedFailures: 0, status: "failed" },
];

const nodesOf = ({ inputs, toleratedFailures }: Story): NodesDefinition => ({
  "fan-out": {
    executor: async (_data, _context, _payload, _globals, step) => {
      const starts = inputs.map((input) => ({ definitionId: "child", input }));
      if (step?.joined === undefined) {
        return { data: {}, __pause: true, children: { starts, maxConcurrency: 3, toleratedFailures } };
      }
      if (step.joined.isEarly) throw new Error("too many failed");
      return { data: await step.collectChildren?.() };
    },
  },
  after: { executor: async () => ({ data: "done" }) },
  work: {
    executor: async (_data, _context, _payload, _globals, step) => {
      if (step?.input === "fails") throw new Error("it fails");
      return step?.input === "waits" ? { data: {}, __pause: true } : { data: step?.input };
    },
  },
});

/** Runs a story in one process that dies at a call, and then in others; returns the harness and how many calls there were. */
async function live(story: Story, dieAt: number) {
  const harness = new Harness({ workflows, nodes: nodesOf(story) });
  const mortal = new Mortal(dieAt);
  const first = harness.dispatcher({
    store: mortal.guard(harness.store),
    children: mortal.guard(harness.children),
    queue: mortal.guard(harness.queue),
  });
  await harness.start("p", "parent");
  while (!mortal.isDead && (await harness.poll(first)) > 0);
  return { harness, calls: mortal.calls };
}

const childIds = (story: Story) => story.inputs.map((_input, index) => `p.1.${index}`);
describe.each(stories)("a process that dies at any call on the way of %o", (story) => {
  test("leaves a workflow that ends as it should without the sweeper, with nothing running on", async () => {
    const { calls } = await live(story, 0);
    expect(calls).toBeGreaterThan(40);
    for (let dieAt = 1; dieAt <= calls; dieAt += 1) {
      const { harness } = await live(story, dieAt);
      await harness.run();
      const { status, context } = await harness.view("p");
      expect([dieAt, status]).toEqual([dieAt, story.status]);
      if (status === "completed") {
        const output = context["fan-out"]?.at(-1)?.output as Partial<ChildrenOf> | undefined;
        const expected = story.inputs.map((input) =>
          input === "fails" ? { status: "failed" } : { status: "completed", output: input },
        );
        expect([dieAt, output?.results]).toMatchObject([dieAt, expected]);
      }
      const known = await Promise.all(childIds(story).map((id) => harness.store.load(id)));
      const heads = known.map((stored) => stored?.head?.status).filter((found) => found !== undefined);
      expect([dieAt, heads.filter((found) => found !== "completed" && found !== "failed")]).toEqual([dieAt, []]);
      expect(harness.queue.deadLetters).toEqual([]);
    }
  });
});
