import { undoingOf } from "./compensation.ts";
import { countResults, countVisits, resultAt, resultOfVisit } from "./context.ts";
import type { Compensated, StepContext, StepEnvironment } from "./definition.ts";
import type { Draft } from "./draft.ts";
import { RefluxoError } from "./refluxo-error.ts";
import type { Snapshot, UndoEntry } from "./snapshot.ts";

/** The number of the attempt that a step on this snapshot makes at a node, counted from 1. */
export function nextAttempt({ retryState }: Snapshot, nodeId: string, lostAttempts: number): number {
  const failedAttempts = retryState?.nodeId === nodeId ? retryState.attempts : 0;
  return failedAttempts + lostAttempts + 1;
}

const noTags = Object.freeze({});

/** What an executor is told of its step: the host's environment, and the keys that the snapshot yields. */
export function createStepContext(
  snapshot: Snapshot,
  nodeId: string,
  environment: StepEnvironment,
  startedAt: number,
): StepContext {
  const { workflowId, version, input, joined, caughtError } = snapshot;
  const attempt = nextAttempt(snapshot, nodeId, environment.lostAttempts ?? 0);
  const { collectChildren, startWorkflow, attemptKey, signal, tags = noTags } = environment;
  const undoing = undoingOf(snapshot);
  const stepKey = stepKeyOf(snapshot, nodeId, undoing);
  // One after the other, since to spread what is mostly absent costs more than all the rest.
  const context: Draft<StepContext> = {
    workflowId,
    nodeId,
    version,
    attempt,
    startedAt,
    stepKey,
    attemptKey: attemptKey ?? `${stepKey}#${attempt}`,
    signal,
    workflow: { id: workflowId, version, tags },
    resumeToken: (options) => environment.resumeToken(options),
  };
  if (input !== undefined) context.input = input;
  if (holdsStartPayload(snapshot)) context.isStartPayload = true;
  if (joined !== undefined) context.joined = joined;
  if (collectChildren !== undefined) context.collectChildren = collectChildren;
  if (startWorkflow !== undefined) {
    context.startWorkflow = (start) => startWorkflow(start, stepKey);
  }
  if (caughtError !== undefined) context.caughtError = caughtError;
  if (undoing !== undefined) context.compensates = compensatedBy(snapshot, undoing);
  return context;
}

/**
 * Whether a step on this snapshot receives the payload of the start. Until the first pause every step leaves a result, and
 * at the first node all of them are failed attempts; a pause is a step without one. Versions do not tell: an
 * operator's retry takes one, too.
 */
function holdsStartPayload({ version, stepCount = 0, context, currentNodeId }: Snapshot): boolean {
  if (version === 0) return true;
  if (currentNodeId === null || countResults(context, currentNodeId) !== stepCount) return false;
  for (let index = 0; index < stepCount; index += 1) {
    if (resultAt(context, currentNodeId, index)?.error === undefined) return false;
  }
  return true;
}

/** Of each visit that is undone another one, also where one node undoes many. */
function stepKeyOf({ workflowId, context }: Snapshot, nodeId: string, undoing: UndoEntry | undefined): string {
  if (undoing === undefined) return `${workflowId}#${nodeId}#${countVisits(context, nodeId)}`;
  return `${workflowId}#${nodeId}#undo#${undoing.nodeId}#${undoing.visit}`;
}

function compensatedBy({ context }: Snapshot, { nodeId, visit }: UndoEntry): Compensated {
  return { nodeId, visit, output: resultOfVisit(context, nodeId, visit)?.output };
}

/** How many steps share a signal that never aborts. */
const stepsPerSignal = 1_000;

/**
 * The environments of steps whose host gave none: their signal never aborts, and `resumeToken()` rejects. A signal costs
 * more than a step, so steps share one; not for ever, as nodes leave listeners on it.
 */
export class PlainEnvironments {
  #stepsLeft = 0;
  #environment: StepEnvironment | undefined;

  /** The environment of one step. */
  next(): StepEnvironment {
    if (this.#environment === undefined || this.#stepsLeft === 0) {
      this.#environment = { signal: new AbortController().signal, resumeToken: refuseToken };
      this.#stepsLeft = stepsPerSignal;
    }
    this.#stepsLeft -= 1;
    return this.#environment;
  }
}

async function refuseToken(): Promise<never> {
  throw new RefluxoError("step.no-resume-token", "No resume token: this host resumes workflows without one");
}
