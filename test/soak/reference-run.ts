import {
  applyTransition,
  type Context,
  findStartNodeId,
  isTerminal,
  resumeTransition,
  type Snapshot,
  timerTransition,
  WorkflowEngine,
} from "../../src/engine/index.ts";
import { answerOf, type PlannedWorkflow, soakNodes, soakWorkflows } from "./workload.ts";

/** Where a workflow ends, and what its nodes left behind. */
export interface Result {
  readonly status: string;
  readonly version: number;
  /** The context without timestamps and attempts (I14), as JSON. */
  readonly context: string;
}

/** No definition of the soak takes more transitions. */
const mostTransitions = 200;

/** Runs a workflow on the engine alone: no store, no queue, no faults, no waiting for what is due. */
export async function referenceRun({ workflowId, definitionId, order }: PlannedWorkflow): Promise<Result> {
  const workflow = soakWorkflows.find(({ id }) => id === definitionId);
  if (workflow === undefined) throw new TypeError(`There is no definition ${definitionId}`);
  const engine = new WorkflowEngine({ workflow, nodeDefinitions: soakNodes(() => undefined) });
  const input = { ...order, workMs: 0 };
  let snapshot = engine.createInitialSnapshot(workflowId, findStartNodeId(workflow), input);
  for (let count = 0; !isTerminal(snapshot); count += 1) {
    if (count > mostTransitions) throw new Error(`The reference run of ${workflowId} does not end`);
    snapshot = await move(engine, snapshot);
  }
  return resultOf(snapshot);
}

async function move(engine: WorkflowEngine, snapshot: Snapshot): Promise<Snapshot> {
  if (snapshot.status !== "paused") return engine.executeStep(snapshot);
  const isTimer = snapshot.pause?.dueAt !== undefined;
  return applyTransition(
    snapshot,
    isTimer ? timerTransition(snapshot) : resumeTransition(snapshot, answerOf(snapshot.workflowId)),
  );
}

/** What of a snapshot is the same in every run (I14). */
export function resultOf({ status, version, context }: Snapshot): Result {
  return { status, version, context: JSON.stringify(withoutTimes(context)) };
}

function withoutTimes(context: Context): unknown {
  const nodes = Object.entries(context).map(([nodeId, results]) => [
    nodeId,
    results.map(({ output, error }) => ({ output, error })),
  ]);
  return Object.fromEntries(nodes);
}
