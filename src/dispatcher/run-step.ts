import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { applyTransition, RefluxoError, type Snapshot, type Transition } from "../engine/index.ts";
import type { Continuation, VersionKey } from "../ports/workflow-store.ts";
import { ClaimPersistence, CommitRefusedError, type Hold } from "./claim-persistence.ts";
import { computeTransition, NoTimeLeftError } from "./compute-transition.ts";
import type { DispatcherParts, Invocation } from "./dependencies.ts";
import { versionKey, type WorkflowState } from "./workflow-state.ts";

/** A committed step, or why there is none: another owner was first (judge again), or it must not run beside others. */
export type StepResult =
  | {
      readonly type: "committed";
      readonly transition: Transition;
      /** The transition as it is stored. */
      readonly text: string;
      readonly snapshot: Snapshot;
      readonly durationMs: number;
      /** How its owner goes on: as long as it has an `until`, with the next version at once. */
      readonly continuation: Continuation | undefined;
    }
  | { readonly type: "refused" }
  /** It was claimed before, though not when it was judged; it has to run alone. */
  | { readonly type: "deferred"; readonly claims: number }
  /** What it read left its node no time; it has to come again. */
  | { readonly type: "later"; readonly why: string }
  /** An owner that went on could not begin its node; somebody else has to. */
  | { readonly type: "unbegun"; readonly cause: unknown };

/** How a run has its version, and whether it goes on with the next. */
export interface StepOptions {
  /** Tells the owner's writes from all others; the same for all versions that it goes on with. */
  readonly token: string;
  readonly hold: Hold;
  /** The version of the message that the owner began with. */
  readonly from: number;
  /** Whether nothing else of the invocation is under way. */
  readonly isAlone: boolean;
  /** Whether the owner goes on from a snapshot; it says so with the commit. */
  readonly goesOn: (snapshot: Snapshot) => boolean;
}

/** Ends a run before its node begins, so that the claim is given back. */
class NotAloneError extends RefluxoError {
  override readonly name = "NotAloneError";

  constructor() {
    super("step.not-alone", "A version that was claimed before runs alone", { isRetryable: true });
  }
}

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
 * Claims the newest version, or goes on with it, runs its node once and commits the transition, guarded by Powertools' `makeIdempotent`
 * under the key `workflowId#version`. Throws when the store or the engine cannot do its work; a node that fails
 * does not throw, it yields a transition like any other.
 */
export async function runStep(
  dependencies: DispatcherParts,
  state: WorkflowState,
  invocation: Invocation,
  { token, hold, from, isAlone, goesOn }: StepOptions,
): Promise<StepResult> {
  const { store, clock, settings, logger } = dependencies;
  const key = versionKey(state, state.snapshot.version);
  const until = invocation.deadlineAt + settings.claimGraceMs;
  const layer = new ClaimPersistence({
    ...{ store, key, token, hold },
    now: () => clock.now(),
    expiresAt: until,
    onReleaseFailed: (error) =>
      logger.warn("claim could not be released; it runs out by itself", keyFields(key), error),
  });
  let ran: Pick<StepResult & { readonly type: "committed" }, "transition" | "text" | "snapshot"> | undefined;
  const startedAt = clock.now();
  const step = async (_key: { workflowId: string; version: number }): Promise<string> => {
    const earlier = (layer.claim?.count ?? 1) - 1;
    if (earlier > 0 && !isAlone) throw new NotAloneError();
    const computed = await computeTransition(dependencies, state, invocation, layer);
    const { transition, text } = computed;
    ran = { transition, text, snapshot: applyTransition(state.snapshot, transition) };
    if (goesOn(ran.snapshot)) layer.continuation = { from, until };
    else if (hold.type === "continuation") layer.continuation = { from };
    return text;
  };
  const guarded = makeIdempotent(step, { persistenceStore: layer, config: new IdempotencyConfig({}) });
  try {
    await guarded({ workflowId: key.workflowId, version: key.version });
  } catch (error) {
    if (layer.refusedBy !== undefined || causeOf(error) instanceof CommitRefusedError) return { type: "refused" };
    const cause = causeOf(error);
    if (cause instanceof NotAloneError) return { type: "deferred", claims: (layer.claim?.count ?? 1) - 1 };
    if (hold.type === "continuation" && !layer.isSpent) return { type: "unbegun", cause };
    if (cause instanceof NoTimeLeftError) return { type: "later", why: cause.message };
    throw cause;
  }
  // A recorded answer comes back exactly like a fresh one; only a fresh run has a transition of its own.
  if (ran === undefined) return { type: "refused" };
  return { type: "committed", ...ran, durationMs: clock.now() - startedAt, continuation: layer.continuation };
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
