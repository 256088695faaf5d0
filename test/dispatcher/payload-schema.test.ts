import * as v from "valibot";
import { beforeEach, describe, expect, it } from "vitest";
import type { NodeDefinition } from "../../src/engine/index.ts";
import { nodes } from "../../src/nodes/index.ts";
import { body, Harness } from "./harness.ts";

const Answer = v.strictObject({
  colour: v.picklist(["red", "blue"], "must be red or blue"),
  count: v.exactOptional(v.pipe(v.number("must be a number"), v.maxValue(9, "must be at most 9"))),
});
const ask: NodeDefinition = {
  metadata: { externalPayload: Answer },
  executor: async (_data, _context, payload, _globals, step) =>
    step?.version === 0 ? { data: { question: "Which?" }, __pause: true } : { data: payload },
};
const graph = (id: string, type: string, data: unknown = {}) => ({ id, nodes: [{ id: "ask", type, data }], edges: [] });
let harness: Harness;

beforeEach(async () => {
  harness = new Harness({
    workflows: [graph("ask", "ask"), graph("approve", "approval", { title: "Go on?" })],
    nodes: { ...nodes, ask },
  });
  await harness.start("w", "ask", { not: "an answer, so not looked at" });
  await harness.drain();
});

const versions = async () => ({ view: await harness.view("w"), items: JSON.stringify(await harness.store.load("w")) });

describe("a payload that the node's type does not take", () => {
  it("is refused with a message for each field, and changes nothing", async () => {
    const before = await versions();
    expect(await harness.resume("w", { payload: { colour: "green", count: 10 } })).toEqual({
      type: "refused",
      code: "invalid",
      reason: "payload.colour: must be red or blue; payload.count: must be at most 9",
      loggable: "The payload is none that node 'ask' takes",
      problems: [
        { path: "colour", message: "must be red or blue" },
        { path: "count", message: "must be at most 9" },
      ],
    });
    expect(await versions()).toEqual(before);
    expect(harness.queue.messages).toEqual([]);
  });

  it("leaves the pause to the next one", async () => {
    await harness.resume("w", { version: 1, payload: 7 });
    expect(await harness.resume("w", { version: 1, payload: { colour: "red" } })).toMatchObject({ type: "resumed" });
    await harness.drain();
    expect(await harness.view("w")).toMatchObject({
      status: "completed",
      context: { ask: [{ output: { colour: "red" } }] },
    });
  });

  it("is refused without saying what was sent", async () => {
    const refusal = await harness.resume("w", { payload: "hunter2-hunter2" });
    expect(refusal).toMatchObject({ code: "invalid", problems: [{ path: "root" }] });
    expect(JSON.stringify(refusal)).not.toContain("hunter2");
  });

  it("over the queue goes to the dead letters with the reason, of which the log says less", async () => {
    const message = body({ type: "resume", workflowId: "w", version: 1, payload: { colour: "red", "key-of-mine": 1 } });
    expect(await harness.dispatch([message])).toMatchObject([{ status: "fulfilled" }]);
    expect(harness.queue.deadLetters).toMatchObject([
      { reason: expect.stringContaining("invalid: payload.key-of-mine") },
    ]);
    expect(JSON.stringify(harness.lines)).toContain("The payload is none that node 'ask' takes");
    expect(JSON.stringify(harness.lines)).not.toContain("key-of-mine");
  });

  it("is a conflict once the pause is over, and too early before it", async () => {
    expect(await harness.resume("w", { version: 2, payload: 7 })).toMatchObject({ code: "too-early" });
    await harness.resume("w", { version: 1, payload: { colour: "red" } });
    expect(await harness.resume("w", { version: 1, payload: 7 })).toMatchObject({ code: "conflict" });
  });
});

it("a node gets the payload as it came, and the same again answers the same", async () => {
  const payload = { count: 3, colour: "blue" };
  await harness.resume("w", { version: 1, payload });
  expect(await harness.resume("w", { version: 1, payload })).toMatchObject({ type: "resumed", version: 1 });
  await harness.drain();
  expect((await harness.view("w")).context).toMatchObject({ ask: [{ output: payload }] });
});

it("an approval takes a decision, and nothing else uses it up", async () => {
  await harness.start("a", "approve");
  await harness.drain();
  expect(await harness.resume("a", { payload: { approved: "yes" } })).toMatchObject({
    code: "invalid",
    problems: [{ path: "approved", message: "must be true or false" }],
  });
  expect(await harness.view("a")).toMatchObject({ status: "paused", version: 1 });
  expect(await harness.resume("a", { payload: { approved: false } })).toMatchObject({ type: "resumed" });
});
