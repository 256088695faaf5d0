import { describe, expect, it } from "vitest";
import { checkBudgets, flatTolerance, maxCallsPerStep } from "../../bench/budgets.ts";
import { dispatcher } from "../../bench/dispatcher.ts";
import { runLoad } from "../../bench/run-load.ts";
import { type Summary, summarise } from "../../bench/summarise.ts";
import { useStage } from "./stage.ts";

describe("the dispatcher's budgets", () => {
  const stage = useStage();

  async function measure(steps: number): Promise<Summary> {
    const result = await runLoad(stage(), dispatcher, { workflows: 1, steps });
    return summarise({ contender: dispatcher, results: [result] }, result);
  }

  it("are kept: at most 4 calls per step, and units per step that do not grow with the steps", async () => {
    const [short, long] = [await measure(10), await measure(100)];

    expect(short.perStepOnly.calls).toBeLessThanOrEqual(maxCallsPerStep);
    const growth = long.perStepOnly.writeUnits / short.perStepOnly.writeUnits;
    expect(Math.abs(growth - 1)).toBeLessThanOrEqual(flatTolerance);
    expect(checkBudgets([short], [short, long]).map(({ isKept }) => isKept)).toEqual([true, true, true]);
  });

  it("cover every call: what a workflow pays once and what its steps pay are the whole of it", async () => {
    const { callsPerStep, callsPerWorkflow } = await measure(10);

    expect(callsPerWorkflow).toEqual({ PutItem: 3, SendMessageBatch: 1 });
    expect(callsPerStep).toEqual({ Query: 1, UpdateItem: 2, SendMessageBatch: 0.9 });
  });

  it("are exceeded by one call too many, or by units that grow", async () => {
    const kept = await measure(10);
    const busy = withCosts(kept, { calls: maxCallsPerStep + 0.1 });
    const grown = withCosts(kept, { writeUnits: kept.perStepOnly.writeUnits * (1 + 2 * flatTolerance) });
    const readsMore = { ...kept, perStep: { ...kept.perStep, readUnits: kept.perStep.readUnits * 2 } };

    expect(checkBudgets([busy], [kept]).map(({ isKept }) => isKept)).toEqual([false, true, true]);
    expect(checkBudgets([kept], [kept, grown]).map(({ isKept }) => isKept)).toEqual([true, false, true]);
    expect(checkBudgets([kept], [kept, readsMore]).map(({ isKept }) => isKept)).toEqual([true, true, false]);
  });
});

function withCosts(summary: Summary, costs: Partial<Summary["perStepOnly"]>): Summary {
  return { ...summary, perStepOnly: { ...summary.perStepOnly, ...costs } };
}
