import {
  failTransition,
  type NodeFailure,
  RefluxoError,
  type Snapshot,
  type Transition,
  transitionBetween,
} from "../engine/index.ts";
import { assertingNoSecret, SecretLeakedError } from "./assert-no-secret.ts";
import { detachedIdOf } from "./children/child-id.ts";
import { collectChildren } from "./children/collect-children.ts";
import { ChildrenTooDeepError, placeStarts } from "./children/placed-starts.ts";
import { startDetached } from "./children/start-detached.ts";
import type { ClaimPersistence } from "./claim-persistence.ts";
import type { DispatcherParts, Invocation } from "./dependencies.ts";
import { hydrate } from "./hydrate.ts";
import { grantFor, makeResumeToken } from "./resume-token.ts";
import { mayRunUntil } from "./schedule.ts";
import { encodeTransition } from "./transition-codec.ts";
import { ValueTooLargeError } from "./value-store.ts";
import { placeFor, type WorkflowState } from "./workflow-state.ts";

/** A transition, and the text of it that is stored. */
export interface ComputedTransition {
  readonly transition: Transition;
  readonly text: string;
}

/** Reading a workflow's large values took the time that its node would need. */
export class NoTimeLeftError extends RefluxoError {
  override readonly name = "NoTimeLeftError";

  constructor() {
    super("step.no-time-left", "Reading the workflow's large values left its node no time", { isRetryable: true });
  }
}

/**
 * Runs the current node of a claimed version once, and says what that changes. A node that fails does not throw. Throws
 * what reading or writing large values throws, and a `NoTimeLeftError` when reading them took the node's time.
 */
export async function computeTransition(
  parts: DispatcherParts,
  state: WorkflowState,
  invocation: Invocation,
  layer: ClaimPersistence,
): Promise<ComputedTransition> {
  const { clock, settings } = parts;
  const { snapshot, start } = state;
  const claims = layer.claim?.count ?? 1;
  if (claims > settings.maxClaims) {
    return encode(parts, state, state.definition.engine.failNode(snapshot, claimedTooOften(state, claims)), claims);
  }
  if (mayRunUntil(start, snapshot) <= clock.now()) {
    return encode(parts, state, failTransition(snapshot, "Longest duration exceeded"), claims);
  }
  const beganWithMs = timeLeftMs(parts, invocation);
  // Read under the claim, so that a context which outgrows the memory is counted like a node that does.
  const hydrated = await hydrate(parts.values, state);
  if (hydrated !== snapshot && timeLeftMs(parts, invocation) < settings.minimumStepMs) {
    // What takes most of an invocation to read is counted too, or it would be tried for ever.
    layer.isSpent = beganWithMs >= settings.minimumReclaimedStepMs;
    throw new NoTimeLeftError();
  }
  layer.isSpent = true;
  const after = await execute(parts, { ...state, snapshot: hydrated }, invocation, claims);
  return encode(parts, state, transitionBetween(hydrated, after), claims);
}

function claimedTooOften({ snapshot }: WorkflowState, claims: number): NodeFailure {
  const why = "its node ends its process, outruns its time or memory, or has a result that cannot be stored";
  return {
    code: "step.claimed-too-often",
    message: `Version ${snapshot.version} was claimed ${claims - 1} times and never committed: ${why}`,
    // This claim ran nothing: the last of those before it is the attempt that failed.
    lostAttempts: claims - 2,
  };
}

/** What is left of an invocation for a step, ms; below 0 when the reserve for its commit has begun. */
export function timeLeftMs(
  { clock, settings }: Pick<DispatcherParts, "clock" | "settings">,
  { deadlineAt }: Invocation,
): number {
  return deadlineAt - settings.commitReserveMs - clock.now();
}

/** The node's final failure in place of the transition when one of its values is larger than what is stored, or has a secret in it. */
async function encode(
  parts: DispatcherParts,
  state: WorkflowState,
  transition: Transition,
  claims: number,
): Promise<ComputedTransition> {
  try {
    const place = assertingNoSecret(placeFor(parts, state), parts.handedOut);
    const placed = await placeStarts(transition, state.start, (text) => place(text, "children"));
    return { transition: placed, text: await encodeTransition(placed, place) };
  } catch (error) {
    const found = reasonOf(error);
    if (found === undefined) throw error;
    const { startedAt, durationMs } = transition;
    const failure = state.definition.engine.failNode(state.snapshot, {
      code: found.code,
      message: `The result of node '${transition.nodeId}' ${found.reason}`,
      ...{ lostAttempts: claims - 1, startedAt, durationMs },
    });
    return { transition: failure, text: JSON.stringify(failure) };
  }
}

/** Why a result is not stored, when that is the result's fault. */
function reasonOf(error: unknown): { readonly code: string; readonly reason: string } | undefined {
  if (error instanceof ValueTooLargeError) {
    const reason = `takes ${error.sizeBytes} bytes; at most ${error.maxBytes} can be stored`;
    return { code: error.code, reason };
  }
  if (error instanceof ChildrenTooDeepError) {
    return { code: error.code, reason: `asks for children that are too many levels deep. ${error.message}` };
  }
  if (error instanceof SecretLeakedError) {
    return { code: error.code, reason: `has a secret at ${error.path}; it was not stored (${error.code})` };
  }
  return undefined;
}

async function execute(
  parts: DispatcherParts,
  { snapshot, definition, start }: WorkflowState,
  invocation: Invocation,
  claims: number,
): Promise<Snapshot> {
  const { clock, globals, resumeKeys, handedOut } = parts;
  const { joined } = snapshot;
  const controller = new AbortController();
  const leftMs = Math.max(0, timeLeftMs(parts, invocation));
  const timeoutMs = Math.min(leftMs, definition.timeoutMsOf(snapshot.currentNodeId));
  const cancelTimer = clock.schedule(timeoutMs, () => {
    controller.abort(new RefluxoError("step.timeout", "The step ran out of time", { isRetryable: true }));
  });
  try {
    return await definition.engine.executeStep(snapshot, undefined, globals, {
      signal: controller.signal,
      attemptKey: `${snapshot.workflowId}#${snapshot.version}#${claims}`,
      lostAttempts: claims - 1,
      ...(start.tags !== undefined && { tags: start.tags }),
      redact: (text) => handedOut.redact(text),
      startWorkflow: (start, stepKey) =>
        startDetached(parts, invocation, { ...start, workflowId: start.workflowId ?? detachedIdOf(stepKey) }),
      ...(joined !== undefined && { collectChildren: () => collectChildren(parts, start, joined) }),
      resumeToken: async (options) => {
        const grant = grantFor(snapshot.version + 1, options, clock.now());
        const token = await makeResumeToken(resumeKeys, snapshot.workflowId, grant);
        handedOut.addToken(token);
        return token;
      },
    });
  } finally {
    cancelTimer();
  }
}
