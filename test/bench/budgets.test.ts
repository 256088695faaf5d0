import { describe, expect, it } from "vitest";
import { budgetedResultBytes, checkBudgets, type Measured } from "../../bench/budgets.ts";
import { contenders } from "../../bench/contenders.ts";
import { type LoadResult, runLoad } from "../../bench/run-load.ts";
import { fitExponent } from "../../bench/statistics.ts";
import { type Summary, summarise } from "../../bench/summarise.ts";
import type { Load } from "../../bench/workload.ts";
import { useStage } from "./stage.ts";

const ours = contenders.filter(({ isOurs }) => isOurs);

describe("the dispatcher's budgets", () => {
  const stage = useStage();
  let measured: Promise<Measured> | undefined;

  async function measure(): Promise<Measured> {
    const loads: Summary[] = [];
    const growth: Summary[] = [];
    for (const contender of ours) {
      const run = (load: Load) => runLoad(stage(), contender, load);
      const lone = await run({ workflows: 1, steps: 10 });
      const sum = (result: LoadResult, own = result) => summarise({ contender, results: [result] }, own);
      loads.push(sum(lone), sum(await run({ workflows: 50, steps: 10 }), lone));
      const sizes: Summary[] = [];
      for (const resultBytes of budgetedResultBytes) {
        sizes.push(sum(await run({ workflows: 1, steps: 10, resultBytes })));
      }
      loads.push(...sizes);
      growth.push(sum(lone), sum(await run({ workflows: 1, steps: 100 })));
      growth.push(...sizes.slice(0, 1), sum(await run({ workflows: 1, steps: 100, resultBytes: 500 })));
    }
    const exponents = ours.map(({ name }) => {
      const points = growth
        .filter((summary) => summary.name === name && summary.load.resultBytes === undefined)
        .map(({ load, perStep }) => ({ x: load.steps, y: perStep.bytesWritten * load.steps }));
      return { name, exponent: fitExponent(points) };
    });
    return { loads, growth, exponents };
  }

  /** Measured once: the counts are exact. */
  const theMeasured = () => {
    measured ??= measure();
    return measured;
  };

  it("are kept, with one step per message and with ten (issue 6, point 2)", async () => {
    const budgets = checkBudgets(await theMeasured());
    expect(budgets.filter(({ isKept }) => !isKept)).toEqual([]);
    expect(budgets).toHaveLength(10);
    for (const { measured } of budgets) expect(measured).not.toBe("");
  });

  it("take one write unit more for each KB by which results are larger than 500 bytes", async () => {
    const { loads, growth } = await theMeasured();
    const unitsOf = (summaries: readonly Summary[], name: string, resultBytes: number) =>
      summaries
        .filter((summary) => summary.name === name && summary.load.resultBytes === resultBytes)
        .map(({ perStepOnly }) => Number(perStepOnly.writeUnits.toFixed(6)));
    expect(budgetedResultBytes.flatMap((bytes) => unitsOf(loads, "A", bytes))).toEqual([2, 3, 4, 6]);
    expect(budgetedResultBytes.flatMap((bytes) => unitsOf(loads, "A10", bytes))).toEqual([1.1, 2.1, 3.1, 5.1]);
    expect(unitsOf(growth, "A", 500)).toEqual([2, 2]);
    expect(unitsOf(growth, "A10", 500)).toEqual([1.1, 1.1]);
  });

  it("cover every call: what a workflow pays once and what its steps pay are the whole of it", async () => {
    const { loads } = await theMeasured();
    const find = (name: string) => loads.find((summary) => summary.name === name && summary.load.workflows === 1);
    expect(find("A")?.callsPerWorkflow).toEqual({ PutItem: 3, SendMessageBatch: 1 });
    // The first step is not carried by its message, so it is read.
    expect(find("A")?.callsPerStep).toEqual({ Query: 0.1, PutItem: 1, UpdateItem: 1, SendMessageBatch: 0.9 });
    expect(find("A10")?.callsPerWorkflow).toEqual({ PutItem: 3, SendMessageBatch: 1 });
    expect(find("A10")?.callsPerStep).toEqual({ Query: 0.1, PutItem: 1, UpdateItem: 0.1 });
  });

  it.each([
    ["a call too many", (summary: Summary) => withCosts(summary, { calls: 3.1 })],
    ["a write unit too many", (summary: Summary) => withCosts(summary, { writeUnits: 2.2 })],
    [
      "a write unit too many for the size of its result",
      (summary: Summary) => (summary.load.resultBytes === 1_500 ? withCosts(summary, { writeUnits: 3.2 }) : summary),
    ],
    ["a read too many", (summary: Summary) => ({ ...summary, perStep: { ...summary.perStep, readUnits: 1.1 } })],
    ["a call per workflow too many", (summary: Summary) => ({ ...summary, callsPerWorkflow: { PutItem: 5 } })],
    ["a receive too many", (summary: Summary) => ({ ...summary, pollerCallsPerStep: { ReceiveMessage: 1 } })],
  ])("are exceeded by %s", async (_what, worsen) => {
    const { loads, ...rest } = await theMeasured();
    const budgets = checkBudgets({ ...rest, loads: loads.map(worsen) });
    expect(budgets.some(({ isKept }) => !isKept)).toBe(true);
  });

  it("are exceeded by units that grow with the steps, and by bytes that do", async () => {
    const { growth, ...rest } = await theMeasured();
    const grown = growth.map((summary) =>
      summary.load.steps === 100 ? withCosts(summary, { writeUnits: summary.perStepOnly.writeUnits * 1.06 }) : summary,
    );
    const failed = (measured: Measured) => checkBudgets(measured).filter(({ isKept }) => !isKept);
    expect(failed({ ...rest, growth: grown }).some(({ title }) => title.includes("flat"))).toBe(true);
    const exponents = rest.exponents.map((one) => ({ ...one, exponent: 1.06 }));
    expect(failed({ ...rest, growth, exponents })).toHaveLength(1);
  });
});

function withCosts(summary: Summary, costs: Partial<Summary["perStepOnly"]>): Summary {
  return { ...summary, perStepOnly: { ...summary.perStepOnly, ...costs } };
}
