import type { Quotas } from "./quotas.ts";
import { stepsPerWorkflow } from "./scale-workflow.ts";

/** What writing costs, as `npm run bench` measures it (docs/performance.md), for a workflow without tags. */
const onceUnits = { table: 3, checks: 2, lists: 4 };
/** Of the lists' units, those that go to the entries of its two statuses; `active` takes two, as an entry and as its end. */
const activeUnits = 2;

/** What a part lets through, workflows a minute that run through. */
export interface Limit {
  readonly name: string;
  readonly workflowsPerMinute: number;
}

/** The paper's arithmetic: what the table and its indexes let through, the narrowest first. */
export function predictLimits(quotas: Quotas, stepsPerInvocation: number): readonly Limit[] {
  const { tableWrites, partitionWrites, indexShards } = quotas;
  // One write a step, and one more for each claim.
  const claims = Math.ceil(stepsPerWorkflow / stepsPerInvocation);
  const perMinute = (unitsPerSecond: number, units: number) => (60 * unitsPerSecond) / units;
  const limits: readonly Limit[] = [
    {
      name: "table writes",
      workflowsPerMinute: perMinute(tableWrites, onceUnits.table + stepsPerWorkflow + claims),
    },
    { name: "by-check-at", workflowsPerMinute: perMinute(tableWrites, onceUnits.checks) },
    { name: "by-list-key", workflowsPerMinute: perMinute(tableWrites, onceUnits.lists) },
    {
      name: "by-check-at partition",
      workflowsPerMinute: perMinute(partitionWrites * indexShards, onceUnits.checks),
    },
    { name: "by-list-key partition", workflowsPerMinute: perMinute(partitionWrites * indexShards, activeUnits) },
  ];
  return limits.toSorted((a, b) => a.workflowsPerMinute - b.workflowsPerMinute);
}
