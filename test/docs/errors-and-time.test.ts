import { beforeEach, describe, expect, it } from "vitest";
import { drawGraph } from "../../scripts/graph.ts";
import { parseWorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { NodeDefinition } from "../../src/engine/index.ts";
import { nodes as builtIn } from "../../src/nodes/index.ts";
import { Harness } from "../dispatcher/harness.ts";
import { apologise } from "./errors-and-time/apologise.ts";
import { cancelBooking } from "./errors-and-time/cancel-booking.ts";
import { chargeCard } from "./errors-and-time/charge-card.ts";
import { bankAnswers, bankKeys, released } from "./errors-and-time/services.ts";
import { jsonOf, readPage, readRepositoryFile, textsOf } from "./read-page.ts";

const page = readPage("errors-and-time.md");
const definitions = jsonOf(page).map((json) => parseWorkflowDefinition(json));
const echo: NodeDefinition = { executor: async (data) => ({ data }) };
const busy = (retryAfterMs: number) => ({ status: 429, retryAfterMs }) as const;

let harness: Harness;

beforeEach(() => {
  for (const list of [bankAnswers, bankKeys, released]) list.length = 0;
  const own = { echo, apologise, "charge-card": chargeCard, "cancel-booking": cancelBooking };
  harness = new Harness({ workflows: definitions, nodes: { ...builtIn, ...own } });
});

async function run(definitionId: string) {
  await harness.start("w", definitionId);
  await harness.run(60_000);
  return harness.view("w");
}

describe("docs/errors-and-time.md", () => {
  it.each(["charge-card", "apologise", "cancel-booking"])("shows the node type %s as it is run here", (name) => {
    const file = readRepositoryFile(`test/docs/errors-and-time/${name}.ts`);
    expect(textsOf(page, "ts")).toContain(file.slice(file.indexOf("export const")));
  });

  it("retries as its policy and the bank say, with one key", async () => {
    bankAnswers.push(busy(3_000), busy(20_000));
    const began = harness.clock.now();
    const { status, context } = await run("pay");
    expect(status).toBe("completed");
    expect(context["charge"]?.map(({ errorCode, timestamp }) => [errorCode, timestamp - began])).toEqual([
      ["bank.busy", 0],
      ["bank.busy", 3_000],
      [undefined, 23_000],
    ]);
    expect(new Set(bankKeys)).toEqual(new Set(["w#charge#0"]));
  });

  it("begins no attempt after its maxElapsedTime", async () => {
    bankAnswers.push(busy(40_000), busy(20_001));
    expect(await run("pay")).toMatchObject({ status: "failed", context: { charge: [{}, { attempt: 2 }] } });
  });

  it("catches a declined card", async () => {
    bankAnswers.push({ status: 402 });
    expect(await run("pay-or-apologise")).toMatchObject({
      status: "completed",
      context: { apologise: [{ output: "charge failed with card.declined after 1 attempt(s)" }] },
    });
  });

  it("undoes both bookings, newest first", async () => {
    bankAnswers.push({ status: 402 });
    const { status, metadata } = await run("book-trip");
    expect([status, metadata]).toEqual([
      "failed",
      {
        failedReason: "TerminalError: The card was declined",
        compensation: { status: "completed", undone: 2, failedCount: 0, failed: [] },
      },
    ]);
    expect(released).toEqual([
      { booking: { booking: "H1" }, key: "w#cancel-booking#undo#hotel#0" },
      { booking: { booking: "F1" }, key: "w#cancel-booking#undo#flight#0" },
    ]);
  });

  it("escalates what nobody answers", async () => {
    await run("ask-the-boss");
    harness.clock.advance(172_800_000);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.run(0);
    const { status, context } = await harness.view("w");
    expect(status).toBe("completed");
    expect(context["ask"]).toMatchObject([{ output: { timedOut: true, dueAt: expect.any(Number) } }]);
    expect(context["escalate"]).toMatchObject([{ output: "nobody answered" }]);
  });

  it("draws the sample trip as it is", async () => {
    expect(page).toContain(`\`\`\`mermaid\n${await drawGraph("trip-booking")}\`\`\``);
  });

  it("has every definition of it run here", () => {
    const ids = definitions.map(({ id }) => id);
    expect(ids).toEqual(["pay", "pay-or-apologise", "book-trip", "ask-the-boss"]);
  });
});
