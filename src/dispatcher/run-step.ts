import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import {
  applyTransition,
  failTransition,
  RefluxoError,
  type Snapshot,
  type Transition,
  transitionBetween,
} from "../engine/index.ts";
import type { VersionKey } from "../ports/workflow-store.ts";
import { ClaimPersistence, CommitRefusedError } from "./claim-persistence.ts";
import type { DispatcherDependencies, Invocation } from "./dependencies.ts";
import { makeResumeToken } from "./resume-token.ts";
import { versionKey, type WorkflowState } from "./workflow-state.ts";

/** A committed step, or word that another owner was first: judge again. */
export type StepResult =
  | {
      readonly type: "committed";
      readonly transition: Transition;
      readonly snapshot: Snapshot;
      readonly durationMs: number;
    }
  | { readonly type: "refused" };

/** Throws when Powertools' idempotency is switched off by environment: without it steps would run unguarded. */
export function assertGuardEnabled(): void {
  if (!new IdempotencyConfig({}).isEnabled()) {
    throw new RefluxoError(
      "dispatcher.unguarded",
      "POWERTOOLS_IDEMPOTENCY_DISABLED is set; the dispatcher refuses to run without its guard",
    );
  }
}

/**
 * Claims the newest version, runs its node once and commits the transition, guarded by Powertools' `makeIdempotent`
 * under the key `workflowId#version`. Throws when the store or the engine cannot do its work; a node that fails
 * does not throw, it yields a transition like any other.
 */
export async function runStep(
  dependencies: DispatcherDependencies,
  state: WorkflowState,
  invocation: Invocation,
): Promise<StepResult> {
  const { store, clock, random, settings, logger } = dependencies;
  const key = versionKey(state, state.snapshot.version);
  const layer = new ClaimPersistence({
    store,
    key,
    token: random.token(),
    now: () => clock.now(),
    expiresAt: invocation.deadlineAt + settings.claimGraceMs,
    onReleaseFailed: (error) =>
      logger.warn("claim could not be released; it runs out by itself", keyFields(key), error),
  });
  let transition: Transition | undefined;
  const startedAt = clock.now();
  const step = async (_key: { workflowId: string; version: number }): Promise<string> => {
    const computed = await computeTransition(dependencies, state, invocation, layer);
    transition = computed.transition;
    return computed.text;
  };
  const guarded = makeIdempotent(step, { persistenceStore: layer, config: new IdempotencyConfig({}) });
  try {
    await guarded({ workflowId: key.workflowId, version: key.version });
  } catch (error) {
    if (layer.refusedBy !== undefined || causeOf(error) instanceof CommitRefusedError) return { type: "refused" };
    throw causeOf(error);
  }
  // A recorded answer comes back exactly like a fresh one; only a fresh run has a transition of its own.
  if (transition === undefined) return { type: "refused" };
  const snapshot = applyTransition(state.snapshot, transition);
  return { type: "committed", transition, snapshot, durationMs: clock.now() - startedAt };
}

function keyFields({ workflowId, version }: VersionKey) {
  return { workflowId, version };
}

/** Powertools wraps what the persistence layer throws; what matters is the error beneath. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.name === "IdempotencyPersistenceLayerError" && error.cause !== undefined
    ? error.cause
    : error;
}

async function computeTransition(
  dependencies: DispatcherDependencies,
  state: WorkflowState,
  invocation: Invocation,
  { claim }: ClaimPersistence,
): Promise<{ transition: Transition; text: string }> {
  const { clock, settings } = dependencies;
  const { snapshot, start } = state;
  const claims = claim?.count ?? 1;
  const failure =
    claims > settings.maxClaims
      ? `Version ${snapshot.version} was claimed ${claims - 1} times and never committed: its node ends its process or outruns its time`
      : start.expiresAt <= clock.now()
        ? "Longest duration exceeded"
        : undefined;
  const transition =
    failure === undefined
      ? transitionBetween(snapshot, await execute(dependencies, state, invocation, claims))
      : failTransition(snapshot, failure);
  const text = JSON.stringify(transition);
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes <= settings.maxTransitionBytes) return { transition, text };
  const tooLarge = failTransition(
    snapshot,
    `The result of node '${snapshot.currentNodeId}' takes ${sizeBytes} bytes; at most ${settings.maxTransitionBytes} can be stored`,
  );
  return { transition: tooLarge, text: JSON.stringify(tooLarge) };
}

async function execute(
  { clock, settings, globals, resumeKeys }: DispatcherDependencies,
  { snapshot, definition }: WorkflowState,
  { deadlineAt }: Invocation,
  claims: number,
): Promise<Snapshot> {
  const controller = new AbortController();
  const timeLeftMs = Math.max(0, deadlineAt - settings.commitReserveMs - clock.now());
  const timeoutMs = Math.min(timeLeftMs, definition.timeoutMsOf(snapshot.currentNodeId));
  const cancelTimer = clock.schedule(timeoutMs, () => {
    controller.abort(new RefluxoError("step.timeout", "The step ran out of time", { isRetryable: true }));
  });
  try {
    return await definition.engine.executeStep(snapshot, undefined, globals, {
      signal: controller.signal,
      attemptKey: `${snapshot.workflowId}#${snapshot.version}#${claims}`,
      lostAttempts: claims - 1,
      resumeToken: () => makeResumeToken(resumeKeys, snapshot.workflowId, snapshot.version + 1),
    });
  } finally {
    cancelTimer();
  }
}
