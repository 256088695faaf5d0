import { decodeTransition } from "../../src/dispatcher/transition-codec.ts";
import {
  findStartNodeId,
  foldTransitions,
  isTerminal,
  type Snapshot,
  type Transition,
  WorkflowEngine,
} from "../../src/engine/index.ts";
import type { StoredWorkflow } from "../../src/ports/workflow-store.ts";
import type { TableVersion } from "./check-ledger.ts";
import { digestOf } from "./ledger-store.ts";
import { type Result, resultOf } from "./reference-run.ts";
import { type PlannedWorkflow, soakNodes, soakWorkflows } from "./workload.ts";

/** What the table has of one workflow, held against its reference run. */
export interface WorkflowFindings {
  readonly violations: readonly string[];
  /** By `workflowId#version`. */
  readonly versions: ReadonlyMap<string, TableVersion>;
  /** The longest time that the workflow could move and did not, ms. */
  readonly longestRestMs: number;
}

/** Checks one workflow after the drain: I1, I5, I9, I14, and a head that agrees; `complete` reads its large values. */
export async function checkWorkflow(
  planned: PlannedWorkflow,
  stored: StoredWorkflow | undefined,
  reference: Result,
  complete: (snapshot: Snapshot) => Promise<Snapshot>,
): Promise<WorkflowFindings> {
  const { workflowId } = planned;
  if (stored === undefined) {
    return { violations: [`I5: ${workflowId} is not in the table`], versions: new Map(), longestRestMs: 0 };
  }
  const { versions, head, start } = stored;
  const transitions = versions.flatMap(({ transition }) =>
    transition === undefined ? [] : [decodeTransition(transition)],
  );
  const violations: string[] = [];
  if (versions.some(({ version, transition }, index) => version !== index || transition === undefined)) {
    violations.push(`I1: the versions of ${workflowId} are not 0, 1, 2, … all committed`);
  }
  const result = describe(await complete(fold(planned, transitions)));
  if (JSON.stringify(result) !== JSON.stringify(reference)) {
    violations.push(`I14: ${workflowId} is ${JSON.stringify(result)} instead of ${JSON.stringify(reference)}`);
  }
  if (head?.status !== result.status) violations.push(`I5: the head of ${workflowId} says ${head?.status}`);
  const { longestRestMs, early } = measureRests(start.startedAt, transitions);
  violations.push(...early.map((version) => `I9: ${workflowId}#${version} ran before it was due`));
  return { violations, longestRestMs, versions: tableVersions(stored, transitions) };
}

function fold({ workflowId, definitionId, order }: PlannedWorkflow, transitions: readonly Transition[]): Snapshot {
  const workflow = soakWorkflows.find(({ id }) => id === definitionId);
  if (workflow === undefined) throw new TypeError(`There is no definition ${definitionId}`);
  const engine = new WorkflowEngine({ workflow, nodeDefinitions: soakNodes(() => undefined) });
  const initial = engine.createInitialSnapshot(workflowId, findStartNodeId(workflow), order);
  return foldTransitions(initial, transitions);
}

function describe(snapshot: Snapshot): Result {
  return { ...resultOf(snapshot), ...(isTerminal(snapshot) ? {} : { status: `${snapshot.status}, at rest` }) };
}

function tableVersions(stored: StoredWorkflow, transitions: readonly Transition[]): ReadonlyMap<string, TableVersion> {
  const entries = stored.versions.map(({ version, claim, transition }, index): [string, TableVersion] => [
    `${stored.start.workflowId}#${version}`,
    {
      digest: transition === undefined ? undefined : digestOf(transition),
      claimCount: claim?.count ?? 0,
      isStep: transitions[index]?.type === "step",
    },
  ]);
  return new Map(entries);
}

/** From when a workflow could move to when its next step began; a pause that awaits its caller is no rest. */
function measureRests(startedAt: number, transitions: readonly Transition[]) {
  let readyAt: number | undefined = startedAt;
  let longestRestMs = 0;
  const early: number[] = [];
  for (const [version, { type, status, ...transition }] of transitions.entries()) {
    if (type === "step" && readyAt !== undefined && transition.startedAt !== undefined) {
      longestRestMs = Math.max(longestRestMs, transition.startedAt - readyAt);
      if (transition.startedAt < readyAt) early.push(version);
    }
    if (type === "timer") continue;
    const endedAt =
      transition.startedAt === undefined ? undefined : transition.startedAt + (transition.durationMs ?? 0);
    if (status === "error") readyAt = transition.retryState?.nextRetryAt;
    else if (status === "paused") readyAt = transition.pause?.dueAt;
    else readyAt = endedAt;
  }
  return { longestRestMs, early };
}
