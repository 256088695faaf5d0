import type { Calls } from "./call-recorder.ts";
import type { Summary } from "./summarise.ts";
import { defaultResultBytes, type Load } from "./workload.ts";

/** How far the write units per step may move with the number of steps and still count as flat. */
export const flatTolerance = 0.05;

/** Results whose write units are budgeted beside those of the default size, bytes. */
export const budgetedResultBytes = [500, 1_500, 2_500, 4_500] as const;
/** Up to here a result is covered by the write units of a step; each further KB may take one more. */
const coveredResultBytes = 500;
const unitBytes = 1024;

/** What a setting of this dispatcher may take (issue 6, point 2; once per workflow apart unless it says otherwise). */
const limits = [
  {
    name: "A",
    what: "AWS calls of the function per step, where the message carries the workflow",
    limit: 3,
    of: ({ perStepOnly }: Summary) => perStepOnly.calls,
    isFor: ({ load }: Summary) => load.steps <= 10,
  },
  {
    name: "A10",
    what: "AWS calls per step of 50 workflows at once, receive and delete included",
    limit: 1.3,
    of: ({ perStepOnly, pollerCallsPerStep }: Summary) => perStepOnly.calls + sumOf(pollerCallsPerStep),
    isFor: ({ load }: Summary) => load.workflows === 50,
  },
  {
    name: "A",
    what: "write units per step, index writes included, and one for each KB of its result beyond 500 bytes",
    limit: 2.1,
    of: ({ perStepOnly }: Summary) => perStepOnly.writeUnits,
    more: furtherUnits,
    isFor: () => true,
  },
  {
    name: "A10",
    what: "write units per step, index writes included, and one for each KB of its result beyond 500 bytes",
    limit: 1.2,
    of: ({ perStepOnly }: Summary) => perStepOnly.writeUnits,
    more: furtherUnits,
    isFor: () => true,
  },
  {
    name: "A",
    what: "read units per step, in a container that knows the workflow",
    limit: 0.55,
    of: ({ perStep }: Summary) => perStep.readUnits,
    isFor: () => true,
  },
] as const satisfies readonly Limit[];

interface Limit {
  readonly name: string;
  readonly what: string;
  readonly limit: number;
  of(summary: Summary): number;
  /** What is allowed beyond the limit. */
  more?(load: Load): number;
  isFor(summary: Summary): boolean;
}

/** What a workflow may take once, whatever its number of steps: input, head and its end, and the send of its first step. */
export const maxCallsPerWorkflow = 4;
/** The write units of these, of which four are for lists by status and definition. */
export const maxUnitsPerWorkflow = 9;
/** The greatest exponent with which all bytes that a workflow writes grow with its number of steps. */
export const maxExponent = 1.05;

/** An expectation of this dispatcher, and what was measured. */
export interface Budget {
  readonly title: string;
  readonly isKept: boolean;
  readonly measured: string;
}

/** What is checked: the summaries of every load, those of one growing workflow, and the exponents of all bytes written. */
export interface Measured {
  readonly loads: readonly Summary[];
  readonly growth: readonly Summary[];
  readonly exponents: readonly { readonly name: string; readonly exponent: number }[];
}

/** Checks what was measured of this dispatcher in each of its settings. */
export function checkBudgets({ loads, growth, exponents }: Measured): readonly Budget[] {
  const ours = [...loads, ...growth].filter(({ isOurs }) => isOurs);
  const names = [...new Set(ours.map(({ name }) => name))];
  const limited = limits.map(({ name, what, limit, of, more, isFor }: Limit) =>
    budgetOf(
      `${name}: at most ${limit} ${what}`,
      ours.filter((summary) => summary.name === name && isFor(summary)),
      of,
      (value, { load }) => value <= limit + (more?.(load) ?? 0),
    ),
  );
  const perWorkflow = [
    budgetOf(`at most ${maxCallsPerWorkflow} AWS calls per workflow`, ours, callsOnce, (n) => n <= maxCallsPerWorkflow),
    budgetOf(
      `at most ${maxUnitsPerWorkflow} write units per workflow`,
      ours,
      unitsOnce,
      (n) => n <= maxUnitsPerWorkflow,
    ),
  ];
  const flat = names.map((name) =>
    flatBudget(
      name,
      growth.filter((summary) => summary.name === name),
    ),
  );
  return [...limited, ...perWorkflow, ...flat, exponentBudget(names, exponents)];
}

function budgetOf(
  title: string,
  summaries: readonly Summary[],
  of: (summary: Summary) => number,
  isKept: (value: number, summary: Summary) => boolean,
): Budget {
  const measured = summaries.map((summary) => `${of(summary).toFixed(2)} (${nameOf(summary)})`).join(", ");
  return { title, isKept: summaries.every((summary) => isKept(of(summary), summary)), measured };
}

function flatBudget(name: string, growth: readonly Summary[]): Budget {
  const firstOf = ({ load }: Summary) =>
    growth.find((summary) => sizeOf(summary.load) === sizeOf(load))?.perStepOnly.writeUnits ?? Number.NaN;
  return budgetOf(
    `${name}: write units per step flat in the number of steps (within ${flatTolerance * 100} %)`,
    growth,
    ({ perStepOnly }) => perStepOnly.writeUnits,
    (value, summary) => Math.abs(value - firstOf(summary)) <= flatTolerance * firstOf(summary),
  );
}

function exponentBudget(names: readonly string[], exponents: Measured["exponents"]): Budget {
  const ours = exponents.filter(({ name }) => names.includes(name));
  return {
    title: `bytes written grow with an exponent of at most ${maxExponent} in the number of steps`,
    isKept: ours.every(({ exponent }) => exponent <= maxExponent),
    measured: ours.map(({ name, exponent }) => `${exponent.toFixed(2)} (${name})`).join(", "),
  };
}

function callsOnce({ callsPerWorkflow }: Summary): number {
  return sumOf(callsPerWorkflow);
}

function unitsOnce({ perStep, perStepOnly, load }: Summary): number {
  // Units are halves at least; what is beyond is the division's.
  return Math.round((perStep.writeUnits - perStepOnly.writeUnits) * load.steps * 2) / 2;
}

function sumOf(calls: Calls): number {
  return Object.values(calls).reduce((total, count) => total + count, 0);
}

function sizeOf({ resultBytes = defaultResultBytes }: Load): number {
  return resultBytes;
}

/** A unit for each KB, begun or whole, by which a result is larger than what a step covers. */
function furtherUnits(load: Load): number {
  return Math.max(0, Math.ceil((sizeOf(load) - coveredResultBytes) / unitBytes));
}

function nameOf({ name, load }: Summary): string {
  const size = load.resultBytes === undefined ? "" : ` of ${load.resultBytes} bytes`;
  return `${name}, ${load.workflows} × ${load.steps} steps${size}`;
}
