import { RefluxoError, type WorkflowStatus } from "../engine/index.ts";
import type { TestRun, WorkflowRun } from "./workflow-run.ts";

/** Throws `testing.path` unless the workflow visited these nodes in this order, and no others. */
export function assertPath(run: WorkflowRun, nodeIds: readonly string[]): void {
  if (nodeIds.join("\n") === run.nodeIds.join("\n")) return;
  const index = run.nodeIds.findIndex((nodeId, at) => nodeId !== nodeIds[at]);
  const at = index < 0 ? run.nodeIds.length : index;
  throw new RefluxoError(
    "testing.path",
    `${run.workflowId} took another path: at place ${at + 1} ${nameOf(run.nodeIds[at])}, expected ${nameOf(nodeIds[at])}.\n${summary(run)}\nexpected: ${nodeIds.join(" → ")}`,
  );
}

/** Throws `testing.status` unless the workflow has this status, with what it failed of or waits for. */
export function assertStatus(run: WorkflowRun, status: WorkflowStatus): void {
  if (run.status === status) return;
  throw new RefluxoError("testing.status", `${run.workflowId} is ${run.status}, expected ${status}.\n${summary(run)}`);
}

/** Throws `testing.effects` unless every effect happened so often: all names, each with its count. */
export function assertEffects(run: Pick<TestRun, "effects">, counts: Readonly<Record<string, number>>): void {
  const names = new Set([...Object.keys(counts), ...run.effects.map(({ name }) => name)]);
  const problems = [...names].flatMap((name) => {
    const expected = Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0;
    const found = run.effects.filter((effect) => effect.name === name).length;
    return found === expected ? [] : [`"${name}" happened ${found} time(s), expected ${expected}`];
  });
  if (problems.length > 0) throw new RefluxoError("testing.effects", `Other effects: ${problems.join("; ")}`);
}

function nameOf(nodeId: string | undefined): string {
  return nodeId === undefined ? "the end" : `"${nodeId}"`;
}

/** The run in a few lines, for whoever reads the failure. */
function summary({ nodeIds, errors, failedReason, pause }: WorkflowRun): string {
  const lines = [`path: ${nodeIds.join(" → ")}`];
  if (failedReason !== undefined) lines.push(`failed: ${failedReason}`);
  if (pause !== undefined) lines.push(`waits at ${pause.nodeId} for ${JSON.stringify(pause.data)}`);
  for (const { nodeId, attempt, error } of errors) lines.push(`attempt ${attempt} of ${nodeId}: ${error}`);
  return lines.join("\n");
}
