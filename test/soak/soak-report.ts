import { hydrate } from "../../src/dispatcher/hydrate.ts";
import type { ValueStore } from "../../src/dispatcher/value-store.ts";
import type { WorkflowStore } from "../../src/ports/workflow-store.ts";
import { checkLedger, type TableVersion } from "./check-ledger.ts";
import { checkWorkflow } from "./check-workflow.ts";
import type { LedgerLine } from "./ledger.ts";
import { referenceRun } from "./reference-run.ts";
import type { PlannedWorkflow } from "./workload.ts";

/** What a soak found. */
export interface SoakReport {
  /** Each names its invariant and its workflow; empty when all is well. */
  readonly violations: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** Holds the table and the ledger of a soak that came to rest against the reference runs. */
export async function judgeSoak(found: {
  readonly planned: readonly PlannedWorkflow[];
  readonly store: Pick<WorkflowStore, "load">;
  readonly values: ValueStore;
  readonly lines: readonly LedgerLine[];
  readonly deadLetters: readonly string[];
}): Promise<SoakReport> {
  const { planned, store, values, lines } = found;
  const violations = found.deadLetters.map((letter) => `I5: a dead letter: ${letter}`);
  const table = new Map<string, TableVersion>();
  let longestRestMs = 0;
  for (const workflow of planned) {
    const [stored, reference] = await Promise.all([store.load(workflow.workflowId), referenceRun(workflow)]);
    const findings = await checkWorkflow(workflow, stored, reference, (snapshot) =>
      hydrate(values, { snapshot, hasLargeResults: true }),
    );
    violations.push(...findings.violations);
    longestRestMs = Math.max(longestRestMs, findings.longestRestMs);
    for (const [key, version] of findings.versions) table.set(key, version);
  }
  const ledger = checkLedger(lines, table);
  const sumOf = (type: "redelivered" | "swept") =>
    lines.reduce((sum, line) => (line.type === type ? sum + line.count : sum), 0);
  const { killed, outage, thrown, expired } = ledger.repeated;
  return {
    violations: [...violations, ...ledger.violations],
    figures: {
      workflows: planned.length,
      transitions: [...table.values()].filter(({ digest }) => digest !== undefined).length,
      steps: [...table.values()].filter(({ digest, isStep }) => digest !== undefined && isStep).length,
      nodeRuns: ledger.runs,
      repeatedAfterKill: killed,
      repeatedAfterOutage: outage,
      repeatedAfterThrow: thrown,
      repeatedAfterExpiry: expired,
      redeliveries: sumOf("redelivered"),
      sweeperSends: sumOf("swept"),
      longestRestMs: Math.round(longestRestMs),
    },
  };
}
