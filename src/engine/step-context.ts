import { undoingOf } from "./compensation.ts";
import { countVisits, resultOfVisit } from "./context.ts";
import type { Compensated, StepContext, StepEnvironment } from "./definition.ts";
import { RefluxoError } from "./refluxo-error.ts";
import type { Snapshot, UndoEntry } from "./snapshot.ts";

/** The number of the attempt that a step on this snapshot makes at a node, counted from 1. */
export function nextAttempt({ retryState }: Snapshot, nodeId: string, lostAttempts: number): number {
  const failedAttempts = retryState?.nodeId === nodeId ? retryState.attempts : 0;
  return failedAttempts + lostAttempts + 1;
}

/** What an executor is told of its step: the host's environment, and the keys that the snapshot yields. */
export function createStepContext(
  snapshot: Snapshot,
  nodeId: string,
  environment: StepEnvironment,
  startedAt: number,
): StepContext {
  const attempt = nextAttempt(snapshot, nodeId, environment.lostAttempts ?? 0);
  const { collectChildren, startWorkflow } = environment;
  const undoing = undoingOf(snapshot);
  const stepKey = stepKeyOf(snapshot, nodeId, undoing);
  return {
    workflowId: snapshot.workflowId,
    nodeId,
    version: snapshot.version,
    attempt,
    startedAt,
    stepKey,
    attemptKey: environment.attemptKey ?? `${stepKey}#${attempt}`,
    signal: environment.signal,
    workflow: { id: snapshot.workflowId, version: snapshot.version, tags: environment.tags ?? {} },
    resumeToken: (options) => environment.resumeToken(options),
    ...(snapshot.input !== undefined && { input: snapshot.input }),
    ...(holdsStartPayload(snapshot) && { isStartPayload: true }),
    ...(snapshot.joined !== undefined && { joined: snapshot.joined }),
    ...(collectChildren !== undefined && { collectChildren }),
    ...(startWorkflow !== undefined && {
      startWorkflow: (start) => startWorkflow(start, stepKey),
    }),
    ...(snapshot.caughtError !== undefined && { caughtError: snapshot.caughtError }),
    ...(undoing !== undefined && { compensates: compensatedBy(snapshot, undoing) }),
  };
}

/**
 * Whether a step on this snapshot receives the payload of the start. Until the first pause every step leaves a result, and
 * at the first node all of them are failed attempts; a pause is a step without one. Versions do not tell: an
 * operator's retry takes one, too.
 */
function holdsStartPayload({ version, stepCount = 0, context }: Snapshot): boolean {
  if (version === 0) return true;
  let resultCount = 0;
  for (const results of Object.values(context)) {
    if (results.some(({ error }) => error === undefined)) return false;
    resultCount += results.length;
  }
  return resultCount === stepCount;
}

/** Of each visit that is undone another one, also where one node undoes many. */
function stepKeyOf({ workflowId, context }: Snapshot, nodeId: string, undoing: UndoEntry | undefined): string {
  if (undoing === undefined) return `${workflowId}#${nodeId}#${countVisits(context, nodeId)}`;
  return `${workflowId}#${nodeId}#undo#${undoing.nodeId}#${undoing.visit}`;
}

function compensatedBy({ context }: Snapshot, { nodeId, visit }: UndoEntry): Compensated {
  return { nodeId, visit, output: resultOfVisit(context, nodeId, visit)?.output };
}

/** The environment of a step whose host gave none: it never aborts, and `resumeToken()` rejects. */
export function plainEnvironment(): StepEnvironment {
  return {
    signal: new AbortController().signal,
    async resumeToken() {
      throw new RefluxoError("step.no-resume-token", "No resume token: this host resumes workflows without one");
    },
  };
}
