import { beforeEach, describe, expect, it } from "vitest";
import { body, functionTimeoutMs, Harness } from "./harness.ts";
import { settle } from "./settle.ts";
import { chain, Ledger } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;

const maxValueBytes = 20_000;

beforeEach(() => {
  ledger = new Ledger();
  harness = new Harness({ workflows: [chain("chain", 3)], nodes: ledger.nodes, settings: { maxValueBytes } });
});

describe("a message that can never be valid goes to the dead letters with its reason", () => {
  const cases: readonly [string, string, RegExp][] = [
    ["malformed JSON", "{nope", /not valid JSON/],
    ["an unknown type", body({ type: "dance", workflowId: "w" }), /dance/],
    ["an unknown definition", body({ type: "start", workflowId: "x", definitionId: "nope" }), /no definition nope/],
    ["a missing workflow", body({ type: "step", workflowId: "nobody", version: 0 }), /no such workflow/],
    ["a negative version", body({ type: "step", workflowId: "w", version: -1 }), /version/],
    ["a future version", body({ type: "step", workflowId: "w", version: 7 }), /ahead of the newest/],
    ["a __proto__ key", '{"type":"start","definitionId":"chain","input":{"__proto__":{"x":1}}}', /__proto__/],
    [
      "an input that is too large",
      body({ type: "start", workflowId: "x", definitionId: "chain", input: "x".repeat(maxValueBytes) }),
      /bytes/,
    ],
    ["a cancel of a missing workflow", body({ type: "cancel", workflowId: "nobody" }), /no such workflow/],
    ["a forged token", body({ type: "resume", workflowId: "w", token: `1.k1.${"A".repeat(43)}` }), /forbidden/],
  ];
  it.each(cases)("%s", async (_name, bad, reason) => {
    await harness.start("w", "chain");
    const good = Array.from({ length: 9 }, (_, index) =>
      body({ type: "start", workflowId: `g${index}`, definitionId: "chain" }),
    );
    const results = await harness.dispatch([...good.slice(0, 4), bad, ...good.slice(4)]);
    expect(results.map(({ status }) => status)).toEqual(Array(10).fill("fulfilled"));
    expect(harness.queue.deadLetters).toEqual([{ body: bad, reason: expect.stringMatching(reason) }]);
    await harness.run();
    for (let index = 0; index < 9; index += 1) expect((await harness.view(`g${index}`)).status).toBe("completed");
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it("but when the dead letters cannot be reached, the record fails and comes again", async () => {
    harness.queue.deadLetter = () => Promise.reject(new Error("down"));
    expect(await harness.dispatch(["{nope"])).toMatchObject([{ status: "rejected" }]);
  });

  it("an empty batch is no work", async () => {
    expect(await harness.dispatch([])).toEqual([]);
  });
});

describe("a node's bad result fails its own workflow with a clear error", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  const cases: readonly [string, () => unknown, RegExp][] = [
    ["throws a non-Error", () => Promise.reject("plain text"), /plain text/],
    ["throws an object without a prototype", () => Promise.reject(Object.create(null)), /./],
    ["returns a function", () => () => 1, /function/],
    ["returns a BigInt", () => ({ big: 1n }), /BigInt at \$\.big/],
    ["returns a cycle", () => cycle, /self/],
    ["returns more than is stored", () => "x".repeat(maxValueBytes), /takes 20002 bytes; at most 20000 can be stored/],
  ];
  it.each(cases)("a node that %s", async (_name, result, reason) => {
    ledger.behaviour = (_node, step) => (step.workflowId === "bad" ? result() : {});
    const ids = ["g1", "g2", "bad", "g3"];
    await harness.dispatch(ids.map((workflowId) => body({ type: "start", workflowId, definitionId: "chain" })));
    await harness.run();
    expect((await harness.view("bad")).metadata["failedReason"]).toMatch(reason);
    expect((await harness.view("bad")).status).toBe("failed");
    for (const id of ["g1", "g2", "g3"]) expect((await harness.view(id)).status).toBe("completed");
  });

  it("a node that never settles is timed out by its signal and retried", async () => {
    ledger.behaviour = (name, { attempt }) => (name === "a" && attempt === 1 ? new Promise(() => {}) : {});
    await harness.start("w", "chain");
    const polling = harness.poll();
    await settle();
    harness.clock.advance(functionTimeoutMs - 5000);
    await polling;
    expect(await harness.view("w")).toMatchObject({
      status: "error",
      context: { a: [{ error: expect.stringContaining("time") }] },
    });
    await harness.run();
    expect((await harness.view("w")).status).toBe("completed");
  });
});
