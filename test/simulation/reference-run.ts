import type { NodeOutcome, Pause, RetryState, Transition, WorkflowStatus } from "../../src/engine/index.ts";
import { behave, bulkOf, type PlannedRun, plannedFailure, retryPolicies, seenOf } from "./behaviour.ts";
import type { SimulatedDefinition } from "./random-definition.ts";
import { type ChildrenAllowances, planOf, ReferenceFanOut } from "./reference-fan-out.ts";
import { type EndReason, ReferenceUndoing } from "./reference-undoing.ts";
import { same } from "./same.ts";

/** What the outside world did to a workflow, and what the simulation did to its nodes; the rest follows from the plan. */
export interface Allowances extends ChildrenAllowances {
  /** Whether a genuine caller sent this payload for the pause at this version. */
  wasAnswered(version: number, payload: unknown): boolean;
  /** Whether somebody asked for a cancellation, or its parent, which gives a reason, no longer waits for it. */
  wasCancelled(reason: string | undefined): boolean;
  /** Whether somebody asked for a retry of the failure at this version. */
  wasRetried(version: number): boolean;
  /** Whether the simulation made a run of this version throw this text. */
  wasDisturbed(version: number, error: string): boolean;
  /** Whether so many claims of this version were lost that it has to fail. */
  wasClaimedTooOften(version: number): boolean;
  /** How many earlier claims of this version were lost; each spent an attempt (DESIGN 4, poison). */
  lostAttempts: number;
  /** Whether its time is over, by the clock of the process that commits. */
  isExpired: boolean;
  /** Epoch ms, by the clock of the process that commits. */
  now: number;
}

type SimulatedNode = SimulatedDefinition["nodes"][number];
type Result = NonNullable<Transition["result"]>;
type FailedResult = Omit<Result, "timestamp"> & { readonly error: string };

interface State {
  readonly status: WorkflowStatus;
  readonly nodeId: string | null;
  readonly payload?: unknown;
  readonly retryState?: RetryState;
  readonly pause?: Pause;
  /** Until when pauses of this visit last, epoch ms. */
  readonly deadline?: number | undefined;
  /** The failure that led here. */
  readonly caught?: string | undefined;
}

/** What a transition is to hold besides the state that it leads to. */
type Expected = Partial<Omit<Transition, "result"> & { readonly result: Omit<Result, "timestamp"> }>;

/**
 * The fault-free run of one workflow, made beside the real one and without its code: every committed transition must
 * be the one that a run without faults, given the same answers and cancellations, would have made (I1, I2, I9, I10, I14).
 */
export class ReferenceRun {
  readonly #definition: SimulatedDefinition;
  /** How often each node succeeded, and how often it was left, by a caught failure too. */
  readonly #visits = new Map<string, number>();
  readonly #left = new Map<string, number>();
  readonly #undoing = new ReferenceUndoing();
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

  /** Whether what it did is being undone. */
  get isUndoing(): boolean {
    return this.#undoing.isUnderWay;
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
    const { status, nodeId, payload, caught, deadline } = this.#state;
    const { type } = transition;
    if (type === "join") return this.#join(transition, allowances);
    if (type === "resume" && this.isWaiting) return "I11: a resume of a workflow that waits for its children";
    if (type === "resume") {
      if (status !== "paused") return `I11: ${type} of a workflow that is ${status}`;
      const answer = transition.externalPayload;
      this.#state = { status: "active", nodeId, payload: answer, caught, deadline };
      return allowances.wasAnswered(this.version, answer)
        ? undefined
        : `I11: nobody answered ${JSON.stringify(answer)}`;
    }
    if (type === "timer") return this.#timer(transition, allowances);
    if (type === "retry") {
      if (status !== "failed" || this.#undoing.hasBegun) return `I10: retry of a workflow that is ${status}, or undone`;
      this.#state = { status: "active", nodeId, payload, caught };
      return allowances.wasRetried(this.version) && !allowances.isExpired
        ? undefined
        : "I10: nobody retried, or too late";
    }
    const isLate = allowances.isExpired && type === "fail";
    if (this.isUndoing && !isLate) return `I10: ${type} of a workflow that is undone`;
    const expected = this.isUndoing
      ? this.#go(this.#undoing.stop("Longest duration exceeded"))
      : this.#end(reasonOf(transition));
    return this.#forbid(transition, expected, allowances) ?? this.#compare(transition, expected);
  }

  #forbid({ type }: Transition, expected: Expected, allowances: Allowances): string | undefined {
    const { failedReason: reason, cancelReason } = reasonOf(expected);
    if (type === "cancel")
      return allowances.wasCancelled(cancelReason) && reason === "Cancelled" ? undefined : "I14: nobody cancelled";
    const isKilled = / was claimed \d+ times /.test(reason) && allowances.wasClaimedTooOften(this.version);
    return allowances.isExpired || isKilled ? undefined : `I14: failed without cause: ${reason}`;
  }

  #join(transition: Transition, allowances: Allowances): string | undefined {
    const { nodeId, caught, deadline } = this.#state;
    const { joined } = transition;
    if (!this.isWaiting || joined === undefined) return `I5: a join of a workflow that is ${this.status}`;
    this.#state = { status: "active", nodeId, caught, deadline };
    return this.#compare(transition, {}) ?? allowances.findJoinProblem(this.version, joined);
  }

  #timer(transition: Transition, allowances: Allowances): string | undefined {
    const { status, nodeId, pause, caught, deadline } = this.#state;
    if (status !== "paused") return `I11: a timer of a workflow that is ${status}`;
    if (pause?.dueAt === undefined || pause.dueAt > allowances.now) return `I9: a timer before ${pause?.dueAt}`;
    if (pause.isTimeout !== true) {
      this.#state = { status: "active", nodeId, payload: transition.externalPayload, caught, deadline };
      return this.#compare(transition, { externalPayload: { timer: pause.dueAt } });
    }
    const node = this.#nodeOf(nodeId);
    if (node === undefined) return `I5: a timer at ${nodeId}`;
    this.#seen += 1;
    if (this.#edge(node.id, "timeout") !== undefined) {
      const output = { timedOut: true, dueAt: pause.dueAt };
      // It leaves a result without an error, which is a visit.
      this.#visits.set(node.id, (this.#visits.get(node.id) ?? 0) + 1);
      return this.#compare(transition, this.#leave(node, "timeout", { output, attempt: 1 }));
    }
    const error = `Node '${node.id}' paused for longer than its pauseTimeoutMs allows`;
    return this.#compare(transition, this.#fail(node, { output: null, attempt: 1, error, errorCode: "pause.timeout" }));
  }

  #step(transition: Transition, allowances: Allowances): string | undefined {
    const { status, nodeId, payload, retryState } = this.#state;
    const node = this.#nodeOf(nodeId);
    if (node === undefined || status === "paused") return `I5: a step of a workflow that is ${status} at ${nodeId}`;
    if ((retryState?.nextRetryAt ?? 0) > (transition.startedAt ?? 0)) return "I9: a retry before it is due";
    const tried = (retryState?.attempts ?? 0) + allowances.lostAttempts;
    const { error, errorCode } = transition.result ?? {};
    const joined = this.#fanOut.tell(allowances);
    const run = this.#planRun(node, { attempt: tried + 1, payload, now: transition.startedAt ?? 0, joined });
    if (transition.result !== undefined) {
      this.#seen += 1;
      this.#bulk += bulkOf(transition.result.output);
    }
    if (error !== undefined && errorCode === "step.claimed-too-often") {
      if (!allowances.wasClaimedTooOften(this.version)) return `I14: failed without cause: ${error}`;
      return this.#compare(transition, this.#fail(node, { output: null, attempt: tried, error, errorCode }));
    }
    const planned = behave(node.data, run);
    const isDisturbed = error !== undefined && allowances.wasDisturbed(this.version, error);
    if (planned === "throws" || isDisturbed) {
      const text = isDisturbed ? error : `Error: ${plannedFailure}`;
      const code = isDisturbed ? errorCode : "Error";
      const result = { output: null, attempt: tried + 1, error: text, ...(code !== undefined && { errorCode: code }) };
      return this.#compare(transition, this.#retryOrFail(node, result, transition));
    }
    if (planned.__pause) return this.#compare(transition, this.#pause(node, planned, tried + 1, transition));
    this.#visits.set(node.id, run.visit + 1);
    return this.#compare(
      transition,
      this.#leave(node, planned.nextHandle, { output: planned.data, attempt: tried + 1 }),
    );
  }

  #planRun(node: SimulatedNode, run: Pick<PlannedRun, "attempt" | "payload" | "now" | "joined">): PlannedRun {
    const { caught } = this.#state;
    const told = { ...(caught !== undefined && { caught }), ...this.#undoing.toldTo(node.id) };
    return { ...run, visit: this.#visits.get(node.id) ?? 0, seen: this.#seen, bulk: this.#bulk, told };
  }

  #retryOrFail(node: SimulatedNode, result: FailedResult, { startedAt = 0, durationMs = 0 }: Transition): Expected {
    const { maxAttempts, interval, backoff } = retryPolicies[node.type];
    const { attempt } = result;
    if (attempt >= maxAttempts) return this.#fail(node, result);
    const { payload, caught, deadline } = this.#state;
    const nextRetryAt = startedAt + durationMs + (backoff === "exponential" ? interval * 2 ** (attempt - 1) : interval);
    const firstAttemptAt = this.#state.retryState?.firstAttemptAt ?? startedAt;
    const retryState = { nodeId: node.id, attempts: attempt, nextRetryAt, firstAttemptAt };
    this.#state = { status: "error", nodeId: node.id, payload, retryState, caught, deadline };
    return { result };
  }

  #pause(
    node: SimulatedNode,
    planned: NodeOutcome & { readonly dueAt?: number },
    attempt: number,
    { startedAt = 0, durationMs = 0 }: Transition,
  ): Expected {
    if (this.isUndoing) {
      const error = `RefluxoError: Node '${node.id}' paused, but a compensation must not pause`;
      return this.#fail(node, { output: null, attempt, error, errorCode: "compensation.paused" });
    }
    const { data, dueAt } = planned;
    const children = planOf(planned);
    const { caught, deadline: known } = this.#state;
    const { pauseTimeoutMs: timeoutMs } = node;
    const deadline = timeoutMs === undefined ? undefined : (known ?? startedAt + durationMs + timeoutMs);
    const isTimeout = deadline !== undefined && (dueAt === undefined || dueAt > deadline);
    const until = isTimeout ? { dueAt: deadline, isTimeout: true as const } : dueAt !== undefined && { dueAt };
    const pause = { nodeId: node.id, data, ...until, ...(children && { children }) };
    this.#state = { status: "paused", nodeId: node.id, pause, caught, deadline };
    return known === undefined && deadline !== undefined ? { pauseDeadline: deadline } : {};
  }

  /** Leaves a node that succeeded, or whose pause timed out. */
  #leave(node: SimulatedNode, handle: string | undefined, result: Omit<Result, "timestamp">): Expected {
    if (this.isUndoing) return { result, ...this.#go(this.#undoing.next(undefined)) };
    const edge = this.#edge(node.id, handle);
    const visit = this.#countLeft(node.id);
    this.#state = { status: edge === undefined ? "completed" : "active", nodeId: edge?.target ?? null };
    if (edge === undefined || node.compensate === undefined) return { result };
    this.#undoing.add({ nodeId: node.id, visit, by: node.compensate, seen: seenOf(result.output) });
    return { result, compensateBy: node.compensate, visit };
  }

  /** A final failure: of a compensation, caught by an edge, or the end. */
  #fail(node: SimulatedNode, result: FailedResult): Expected {
    if (this.isUndoing) return { result, ...this.#go(this.#undoing.next(result.error)) };
    const edge = this.#edge(node.id, "error");
    if (edge === undefined) return { result, ...this.#end({ failedReason: result.error }) };
    this.#countLeft(node.id);
    const caught = `${node.id} ${result.errorCode} ${result.attempt}`;
    this.#state = { status: "active", nodeId: edge.target, caught };
    return { result: { ...result, caught: true } };
  }

  #end(reason: EndReason): Expected {
    const { nodeId, payload, caught } = this.#state;
    const begun = this.#undoing.begin(reason, nodeId);
    if (begun !== undefined) return this.#go(begun);
    this.#state = { status: "failed", nodeId, payload, caught };
    return { metadata: reason };
  }

  #go({ status, nodeId, ...expected }: ReturnType<ReferenceUndoing["next"]>): Expected {
    this.#state = { status, nodeId };
    return expected;
  }

  #countLeft(nodeId: string): number {
    const visit = this.#left.get(nodeId) ?? 0;
    this.#left.set(nodeId, visit + 1);
    return visit;
  }

  #nodeOf(nodeId: string | null): SimulatedNode | undefined {
    return this.#definition.nodes.find(({ id }) => id === nodeId);
  }

  #edge(nodeId: string, handle: string | undefined): { readonly target: string } | undefined {
    return this.#definition.edges.find(({ source, sourceHandle }) => source === nodeId && sourceHandle === handle);
  }

  #compare(transition: Transition, { result, externalPayload, ...expected }: Expected): string | undefined {
    const { timestamp: _timestamp, inputDigest: _digest, ...actualResult } = transition.result ?? { timestamp: 0 };
    const { status, currentNodeId, retryState, pause, metadata, compensation } = transition;
    const { compensateBy, visit, compensates, pauseDeadline } = transition;
    const more = { compensateBy, visit, compensates, compensation, pauseDeadline, metadata };
    const actual = [status, currentNodeId, retryState, pause, actualResult, more];
    const wanted = [this.status, this.#state.nodeId, this.#state.retryState, this.#state.pause, result ?? {}, expected];
    if (externalPayload !== undefined && !same(externalPayload, transition.externalPayload))
      return "I14: a wrong payload";
    return same(wanted, actual) ? undefined : `I14: ${JSON.stringify(actual)} instead of ${JSON.stringify(wanted)}`;
  }
}

/** The reason that a transition from outside gives. */
function reasonOf({ compensation, metadata }: Expected): EndReason {
  const { failedReason, cancelReason } = { ...metadata, ...compensation };
  return {
    failedReason: String(failedReason),
    ...(cancelReason !== undefined && { cancelReason: String(cancelReason) }),
  };
}
