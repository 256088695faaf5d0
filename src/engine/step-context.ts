import { countVisits } from "./context.ts";
import type { StepContext, StepEnvironment } from "./definition.ts";
import { RefluxoError } from "./refluxo-error.ts";
import type { Snapshot } from "./snapshot.ts";

/** The number of the attempt that a step on this snapshot makes at a node, counted from 1. */
function nextAttempt({ retryState }: Snapshot, nodeId: string, lostAttempts: number): number {
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
  const stepKey = `${snapshot.workflowId}#${nodeId}#${countVisits(snapshot.context, nodeId)}`;
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
  };
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
