import type {
  NodeOutcome,
  Pause,
  PauseChildren,
  RetryState,
  Transition,
  WorkflowStatus,
} from "../../src/engine/index.ts";
import { behave, bulkOf, plannedFailure, retryPolicies } from "./behaviour.ts";
import type { SimulatedDefinition } from "./random-definition.ts";
import { type ChildrenAllowances, ReferenceFanOut } from "./reference-fan-out.ts";
import { same } from "./same.ts";

/** What the outside world did to a workflow, and what the simulation did to its nodes; the rest follows from the plan. */
export interface Allowances extends ChildrenAllowances {
  /** Whether a genuine caller sent this payload for the pause at this version. */
  wasAnswered(version: number, payload: unknown): boolean;
  /** Whether somebody asked for a cancellation. */
  wasCancelled(): boolean;
  /** Whether somebody asked for a retry of the failure at this version. */
  wasRetried(version: number): boolean;
  /** Whether the simulation made a run of this version throw this text. */
  wasDisturbed(version: number, error: string): boolean;
  /** Whether so many claims of this version were lost that it has to fail. */
  wasClaimedTooOften(version: number): boolean;
  /** How many earlier claims of this version were lost; each spent an attempt (DESIGN 4, poison). */
  lostAttempts: number;
  /** Whether the longest duration is over, by the clock of the process that commits. */
  isExpired: boolean;
  /** Epoch ms, by the clock of the process that commits. */
  now: number;
}

interface State {
  readonly status: WorkflowStatus;
  readonly nodeId: string | null;
  readonly payload: unknown;
  readonly retryState?: RetryState | undefined;
  readonly pause?: Pause | undefined;
}

/**
 * The fault-free run of one workflow, made beside the real one and without its code: every committed transition must
 * be the one that a run without faults, given the same answers and cancellations, would have made (I1, I2, I9, I10, I14).
 */
export class ReferenceRun {
  readonly #definition: SimulatedDefinition;
  readonly #visits = new Map<string, number>();
  readonly #fanOut = new ReferenceFanOut();
  #seen = 0;
  #bulk: number;
  #state: State;
  version = 0;

  constructor(definition: SimulatedDefinition, input: unknown) {
    this.#definition = definition;
    this.#bulk = bulkOf(input);
    this.#state = { status: "active", nodeId: "n0", payload: input };
  }

  get status(): WorkflowStatus {
    return this.#state.status;
  }

  get hasEnded(): boolean {
    return this.status === "completed" || this.status === "failed";
  }

  /** Epoch ms at which the workflow may move by itself; undefined for "at once" and for never. */
  get dueAt(): number | undefined {
    return this.#state.retryState?.nextRetryAt ?? this.#state.pause?.dueAt;
  }

  /** Whether nothing but a resume can move it. */
  get isIdle(): boolean {
    return this.status === "paused" && this.dueAt === undefined && !this.isWaiting;
  }

  /** Whether it waits for children. */
  get isWaiting(): boolean {
    return this.#state.pause?.children !== undefined;
  }

  /** Takes the next committed transition; returns what is wrong with it, or undefined. */
  accept(transition: Transition, allowances: Allowances): string | undefined {
    if (this.hasEnded && transition.type !== "retry") return `I10: ${transition.type} after the end (${this.status})`;
    const problem =
      transition.type === "step" ? this.#step(transition, allowances) : this.#outside(transition, allowances);
    this.#fanOut.advance(transition, this.status);
    this.version += 1;
    return problem;
  }

  #outside(transition: Transition, allowances: Allowances): string | undefined {
    const { status, nodeId, payload, pause } = this.#state;
    const { type } = transition;
    const { version } = this;
    if (type === "join") return this.#join(transition, allowances);
    if (type === "resume" && this.isWaiting) return "I11: a resume of a workflow that waits for its children";
    if (type === "resume" || type === "timer") {
      if (status !== "paused") return `I11: ${type} of a workflow that is ${status}`;
      const answer = transition.externalPayload;
      this.#state = { status: "active", nodeId, payload: answer };
      if (type === "timer") {
        if (pause?.dueAt === undefined || pause.dueAt > allowances.now) return `I9: a timer before ${pause?.dueAt}`;
        return same({ timer: pause.dueAt }, answer) ? undefined : "I14: a timer with another payload";
      }
      return allowances.wasAnswered(version, answer) ? undefined : `I11: nobody answered ${JSON.stringify(answer)}`;
    }
    if (type === "retry") {
      if (status !== "failed") return `I10: retry of a workflow that is ${status}`;
      this.#state = { status: "active", nodeId, payload };
      return allowances.wasRetried(version) && !allowances.isExpired ? undefined : "I10: nobody retried, or too late";
    }
    this.#state = { status: "failed", nodeId, payload };
    if (type === "cancel") return allowances.wasCancelled() ? undefined : "I14: nobody cancelled";
    const reason = String(transition.metadata?.["failedReason"]);
    const isAllowed =
      reason === "Longest duration exceeded"
        ? allowances.isExpired
        : / was claimed \d+ times /.test(reason) && allowances.wasClaimedTooOften(version);
    return isAllowed ? undefined : `I14: failed without cause: ${reason}`;
  }

  #join({ status, currentNodeId, joined }: Transition, allowances: Allowances): string | undefined {
    const { nodeId } = this.#state;
    if (!this.isWaiting || joined === undefined) return `I5: a join of a workflow that is ${this.status}`;
    this.#state = { status: "active", nodeId, payload: undefined };
    if (status !== "active" || currentNodeId !== nodeId)
      return `I14: a join that leads to ${status} at ${currentNodeId}`;
    return allowances.findJoinProblem(this.version, joined);
  }

  #step(transition: Transition, allowances: Allowances): string | undefined {
    const { status, nodeId, payload, retryState } = this.#state;
    const node = this.#definition.nodes.find(({ id }) => id === nodeId);
    if (node === undefined || status === "paused") return `I5: a step of a workflow that is ${status} at ${nodeId}`;
    if ((retryState?.nextRetryAt ?? 0) > (transition.startedAt ?? 0)) return "I9: a retry before it is due";
    const attempt = (retryState?.attempts ?? 0) + allowances.lostAttempts + 1;
    const { data: plan, type, id } = node;
    const visit = this.#visits.get(id) ?? 0;
    const endedAt = (transition.startedAt ?? 0) + (transition.durationMs ?? 0);
    const planned = behave(plan, {
      visit,
      attempt,
      payload,
      seen: this.#seen,
      bulk: this.#bulk,
      now: transition.startedAt ?? 0,
      joined: this.#fanOut.tell(allowances),
    });
    const error = transition.result?.error;
    const isDisturbed = error !== undefined && allowances.wasDisturbed(this.version, error);
    if (transition.result !== undefined) {
      this.#seen += 1;
      this.#bulk += bulkOf(transition.result.output);
    }
    if (planned === "throws" || isDisturbed) {
      const { maxAttempts, interval, backoff } = retryPolicies[type];
      const delayMs = backoff === "exponential" ? interval * 2 ** (attempt - 1) : interval;
      const willRetry = attempt < maxAttempts;
      const retry = willRetry ? { nodeId: id, attempts: attempt, nextRetryAt: endedAt + delayMs } : undefined;
      this.#state = { status: willRetry ? "error" : "failed", nodeId: id, payload, retryState: retry };
      const text = isDisturbed ? error : `Error: ${plannedFailure}`;
      return this.#compare(transition, { output: null, attempt, error: text });
    }
    if (planned.__pause) {
      const { dueAt } = planned;
      const children = planOf(planned);
      const pause = {
        nodeId: id,
        data: planned.data,
        ...(dueAt !== undefined && { dueAt }),
        ...(children && { children }),
      };
      this.#state = { status: "paused", nodeId: id, payload: undefined, pause };
      return this.#compare(transition, undefined);
    }
    this.#visits.set(id, visit + 1);
    const { nextHandle, data: output } = planned;
    const edge = this.#definition.edges.find(
      ({ source, sourceHandle }) => source === id && sourceHandle === nextHandle,
    );
    const isLast = edge === undefined;
    this.#state = { status: isLast ? "completed" : "active", nodeId: edge?.target ?? null, payload: undefined };
    return this.#compare(transition, { output, attempt });
  }

  #compare(transition: Transition, result: Partial<Transition["result"]> | undefined): string | undefined {
    const { status, nodeId, retryState, pause } = this.#state;
    const { timestamp: _timestamp, inputDigest: _digest, ...actualResult } = transition.result ?? { timestamp: 0 };
    const actual = [transition.status, transition.currentNodeId, transition.retryState, transition.pause, actualResult];
    const expected = [status, nodeId, retryState, pause, result ?? {}];
    return same(expected, actual) ? undefined : `I14: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`;
  }
}

/** The children that a pause waits for, when its node asks for some. */
function planOf({ children }: NodeOutcome): PauseChildren | undefined {
  if (children === undefined) return undefined;
  const { starts, maxConcurrency, toleratedFailures } = children;
  return { count: starts.length, lanes: Math.min(maxConcurrency, starts.length), toleratedFailures, starts };
}
