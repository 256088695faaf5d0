import type { Summary } from "./summarise.ts";

/** The most requests that a step may make, those made once per workflow apart (issue 2, benchmark). */
export const maxCallsPerStep = 4;
/** How far the units per step may move with the number of steps and still count as flat. */
export const flatTolerance = 0.05;

/** An expectation of this dispatcher, and what was measured. */
export interface Budget {
  readonly title: string;
  readonly isKept: boolean;
  readonly measured: string;
}

/** Checks this dispatcher's summaries: those of its loads for the calls, those of one growing workflow for the units. */
export function checkBudgets(loads: readonly Summary[], growth: readonly Summary[]): readonly Budget[] {
  const calls = [...loads, ...growth].map(({ perStepOnly }) => perStepOnly.calls);
  return [
    {
      title: `at most ${maxCallsPerStep} AWS calls of the function per step, once per workflow apart`,
      isKept: calls.every((count) => count <= maxCallsPerStep),
      measured: [...loads, ...growth]
        .map((summary) => `${summary.perStepOnly.calls.toFixed(2)} (${nameOf(summary)})`)
        .join(", "),
    },
    flatBudget("write units per step", "once per workflow apart", growth, ({ perStepOnly }) => perStepOnly.writeUnits),
    flatBudget(
      "read units per step",
      "in a container that knows the workflow",
      growth,
      ({ perStep }) => perStep.readUnits,
    ),
  ];
}

function flatBudget(what: string, where: string, growth: readonly Summary[], of: (summary: Summary) => number): Budget {
  return {
    title: `${what} flat in the number of steps (within ${flatTolerance * 100} %), ${where}`,
    isKept: isFlat(growth.map(of)),
    measured: growth.map((summary) => `${of(summary).toFixed(2)} (${nameOf(summary)})`).join(", "),
  };
}

function isFlat(values: readonly number[]): boolean {
  const [first] = values;
  return first !== undefined && values.every((value) => Math.abs(value - first) <= flatTolerance * first);
}

function nameOf({ load }: Summary): string {
  return `${load.workflows} × ${load.steps} steps`;
}
