import { countVisits } from "./context.ts";
import type { StepContext, StepEnvironment } from "./definition.ts";
import { RefluxoError } from "./refluxo-error.ts";
import type { Snapshot } from "./snapshot.ts";

/** The number of the attempt that a step on this snapshot makes at a node, counted from 1. */
export function nextAttempt(snapshot: Snapshot, nodeId: string): number {
  return snapshot.retryState?.nodeId === nodeId ? snapshot.retryState.attempts + 1 : 1;
}

/** What an executor is told of its step: the host's environment, and the keys that the snapshot yields. */
export function createStepContext(snapshot: Snapshot, nodeId: string, environment: StepEnvironment): StepContext {
  const attempt = nextAttempt(snapshot, nodeId);
  const stepKey = `${snapshot.workflowId}#${nodeId}#${countVisits(snapshot.context, nodeId)}`;
  return {
    workflowId: snapshot.workflowId,
    version: snapshot.version,
    attempt,
    stepKey,
    attemptKey: environment.attemptKey ?? `${stepKey}#${attempt}`,
    signal: environment.signal,
    resumeToken: () => environment.resumeToken(),
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
