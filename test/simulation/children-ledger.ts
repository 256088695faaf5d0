import type { ChildResult, ChildStart, Joined, Transition } from "../../src/engine/index.ts";
import type { LaneState, PauseKey, StoredChildResult } from "../../src/ports/child-records.ts";
import type { StoredStart } from "../../src/ports/workflow-store.ts";
import { type ChildEnd, endOf, readKept } from "./child-end.ts";
import type { WorkflowRecord } from "./ledger.ts";
import type { StoredObjects } from "./read-stored.ts";
import { same } from "./same.ts";

/** `metadata.cancelReason` of a child that is cancelled because its parent waits no more. */
const orphanReason = "Its parent no longer waits for it";

type Parent = NonNullable<StoredStart["parent"]>;

/** What is known of one pause with children. */
export interface PauseRecord extends PauseKey {
  readonly plan: { readonly count: number; readonly lanes: number; readonly toleratedFailures: number };
  readonly starts: readonly ChildStart[];
  /** What is kept of each child's end: the first that was recorded holds. */
  readonly results: Map<number, { readonly text: string; readonly end: ChildEnd }>;
  readonly lanes: Map<number, LaneState>;
  /** How it ended: how many transitions had been committed by anybody before, and when (epoch ms). */
  left: { readonly commits: number; readonly at: number; readonly isWhole: boolean } | undefined;
}

/** What the ledger of everything tells this one. */
export interface LedgerFacts {
  violate(text: string): void;
  readonly workflows: ReadonlyMap<string, WorkflowRecord>;
  readonly objects: StoredObjects;
}

/**
 * Holds what happens to children against what their pauses allow: each is started in its turn, once and as planned, at
 * most as many are live as there are lanes, each counts once and by the end that it had, what was recorded never changes,
 * no lane goes back, none begins that was started after its parent went on, and a join is made when it is due.
 */
export class ChildrenLedger {
  readonly pauses = new Map<string, PauseRecord>();
  readonly #facts: LedgerFacts;
  readonly #clock: () => { readonly commits: number; readonly now: number };
  /** By the id of the child: how many transitions had been committed by anybody when it was started. */
  readonly #startedAfter = new Map<string, number>();
  /** By the id of the child: every end that it had, as a retry makes another one. */
  readonly #ends = new Map<string, ChildEnd[]>();

  /** `clock` tells how many transitions were committed by anybody, and the time (epoch ms). */
  constructor(facts: LedgerFacts, clock: () => { readonly commits: number; readonly now: number }) {
    this.#facts = facts;
    this.#clock = clock;
  }

  /** A workflow was started. */
  started({ workflowId, definitionId, parent }: StoredStart, input: unknown): void {
    if (parent === undefined) return;
    const { violate } = this.#facts;
    this.#startedAfter.set(workflowId, this.#clock().commits);
    const pause = this.#pauseOf(parent);
    const planned = pause?.starts[parent.index];
    if (pause === undefined || planned === undefined) {
      violate(`I5: ${workflowId} is the child of no pause`);
      return;
    }
    if (workflowId !== childId(parent)) violate(`I12: ${workflowId} is not what that child is called`);
    if (!same(planned, { definitionId, input })) violate(`I14: ${workflowId} was not started as it was planned`);
    const { lanes } = pause.plan;
    const before = parent.index - lanes;
    if (before >= 0 && !pause.results.has(before)) violate(`I5: ${workflowId} was started out of its turn`);
    if (parent.failuresBefore !== failuresOf(pause, before))
      violate(`I14: ${workflowId} miscounts its lane's failures`);
    const live = this.#childrenOf(pause).filter((id) => !this.#ends.has(id)).length;
    if (live > lanes) violate(`I5: ${live} children of ${nameOf(pause)} are live in ${lanes} lanes`);
  }

  /** The first step of a workflow was sent by whoever started it, or who brings it in line. */
  begun(workflowId: string): void {
    const start = this.#facts.workflows.get(workflowId)?.start;
    if (start !== undefined && this.isLate(start))
      this.#facts.violate(`I5: ${workflowId} was begun, though it was started after its parent went on`);
  }

  /** Whether a child's parent went on without it. */
  isLeft({ parent }: StoredStart): boolean {
    return parent !== undefined && this.#pauseOf(parent)?.left?.isWhole === false;
  }

  /** Whether a child was started after its parent went on. */
  isLate({ workflowId, parent }: StoredStart): boolean {
    const left = parent && this.#pauseOf(parent)?.left;
    return left !== undefined && left.commits < (this.#startedAfter.get(workflowId) ?? 0);
  }

  /** A transition of a workflow was committed. */
  committed({ start, reference, transitions }: WorkflowRecord, transition: Transition): void {
    const { workflowId } = start;
    const pause = this.pauses.get(`${workflowId}#${transitions.length - 1}`);
    const isWhole = transition.type === "join" && transition.joined?.isEarly === undefined;
    if (pause !== undefined) {
      const { commits, now } = this.#clock();
      pause.left = { commits, at: now, isWhole };
    }
    this.#open(workflowId, transitions.length, transition);
    if (start.parent === undefined || !reference.hasEnded) return;
    const ends = this.#ends.get(workflowId) ?? [];
    this.#ends.set(workflowId, ends);
    ends.push(endOf(transition));
  }

  #open(workflowId: string, version: number, { pause }: Transition): void {
    if (pause?.children === undefined) return;
    const { starts, ...plan } = pause.children;
    const key = { workflowId, version };
    const record = { ...key, plan, starts: Array.isArray(starts) ? starts : [], results: new Map(), lanes: new Map() };
    this.pauses.set(nameOf(key), { ...record, left: undefined });
  }

  /** Somebody asked to keep a child's end, and was told which one holds. */
  recorded(key: PauseKey, lane: number, { index, result }: StoredChildResult, held: string): void {
    const { violate } = this.#facts;
    const pause = this.pauses.get(nameOf(key));
    if (pause === undefined) {
      violate(`I5: a result for ${nameOf(key)}, which waits for no children`);
      return;
    }
    const name = `the child at ${index} of ${nameOf(key)}`;
    const { lanes, count } = pause.plan;
    if (index >= count || lane !== index % lanes) violate(`I14: ${name} has a result in lane ${lane}`);
    const known = pause.results.get(index);
    if (known !== undefined) {
      if (known.text !== held) violate(`I8: the result of ${name} was replaced`);
      return;
    }
    const { end, workflowId, failures } = readKept(result, this.#facts.objects);
    pause.results.set(index, { text: result, end });
    if (held !== result) violate(`I8: ${name} has another result than the first`);
    if (workflowId !== childId({ ...key, index })) violate(`I14: ${name} is not ${workflowId}`);
    if (failures !== failuresOf(pause, index)) violate(`I14: ${name} counts ${failures} failures in its lane`);
    if (!this.#isTrue(pause, index, end)) violate(`I14: ${name} never ended so: ${result}`);
  }

  /** Whether a child had that end, or could not be started. */
  #isTrue(pause: PauseRecord, index: number, end: ChildEnd): boolean {
    const workflowId = childId({ ...pause, index });
    const isKnown = this.#startedAfter.has(workflowId);
    if (isKnown) return this.#ends.get(workflowId)?.some((had) => same(had, end)) ?? false;
    if (end.status !== "failed") return false;
    const isTaken = this.#facts.workflows.has(workflowId);
    if (isTaken && /^A workflow with this id was started with another/.test(end.error)) return true;
    return pause.starts[index]?.definitionId === "nowhere" && /^There is no definition nowhere/.test(end.error);
  }

  /** The states of a group of lanes, after one was kept. */
  laneKept(key: PauseKey, kept: readonly LaneState[]): void {
    const pause = this.pauses.get(nameOf(key));
    for (const state of kept) {
      const { lane, index, failures, isDone } = state;
      const name = `lane ${lane} of ${nameOf(key)}`;
      if (pause === undefined) {
        this.#facts.violate(`I5: ${name}, which waits for no children`);
        return;
      }
      if (index < (pause.lanes.get(lane)?.index ?? -1)) this.#facts.violate(`I8: ${name} went back to ${index}`);
      pause.lanes.set(lane, state);
      const { lanes, count } = pause.plan;
      const isTrue = pause.results.has(index) && failures === failuresOf(pause, index);
      if (!isTrue || isDone !== index + lanes >= count) this.#facts.violate(`I14: ${name}: ${JSON.stringify(state)}`);
    }
  }

  /** What is wrong with a join that is about to be committed; undefined when nothing is. */
  findJoinProblem(key: PauseKey, { version, count, lanes, failed, isEarly, firstFailure }: Joined): string | undefined {
    const pause = this.pauses.get(nameOf(key));
    if (pause === undefined) return "I5: a join of no children";
    const { plan, results } = pause;
    if (version !== key.version || count !== plan.count || lanes !== plan.lanes) return "I14: a join of another pause";
    const ends = [...results.values()].map(({ end }) => end);
    const failures = ends.filter(({ status }) => status === "failed").length;
    if (isEarly) {
      const { workflowId, error } = firstFailure ?? {};
      const isTrue = [...results].some(
        ([index, { end }]) =>
          end.status === "failed" && end.error === error && childId({ ...key, index }) === workflowId,
      );
      const isDue = failures > plan.toleratedFailures && failed > plan.toleratedFailures && failed <= failures;
      return isTrue && isDue ? undefined : `I14: an early join with ${failed} of ${failures} failures`;
    }
    if (results.size < count) return `I14: a join after ${results.size} of ${count} children`;
    return failed === failures && failed <= plan.toleratedFailures ? undefined : `I14: a join that counts ${failed}`;
  }

  /** What a node is to be told of the children of a pause, in order. */
  resultsOf(key: PauseKey): readonly ChildResult[] {
    const pause = this.pauses.get(nameOf(key));
    const results = [...(pause?.results ?? [])].sort(([a], [b]) => a - b);
    return results.map(([index, { end }]) => ({ index, workflowId: childId({ ...key, index }), ...end }));
  }

  /** Whether a child may be cancelled for this reason by nobody outside. */
  mayCancel({ parent }: StoredStart, reason: string): boolean {
    return reason === orphanReason && parent !== undefined && this.#pauseOf(parent)?.left !== undefined;
  }

  /** Epoch ms since which a child has to be cancelled; undefined while its parent waits, and when somebody let it go on. */
  orphanSince({ start, reference, transitions }: WorkflowRecord): number | undefined {
    const left = start.parent && this.#pauseOf(start.parent)?.left;
    if (left === undefined || reference.hasEnded) return undefined;
    return transitions.some(({ transition }) => transition.type === "retry") ? undefined : left.at;
  }

  #childrenOf({ workflowId, version, plan }: PauseRecord): readonly string[] {
    const ids = Array.from({ length: plan.count }, (_, index) => childId({ workflowId, version, index }));
    return ids.filter((id) => this.#startedAfter.has(id));
  }

  #pauseOf({ workflowId, version }: Parent): PauseRecord | undefined {
    return this.pauses.get(nameOf({ workflowId, version }));
  }
}

function nameOf({ workflowId, version }: PauseKey): string {
  return `${workflowId}#${version}`;
}

function childId({ workflowId, version, index }: PauseKey & { readonly index: number }): string {
  return `${workflowId}.${version}.${index}`;
}

/** How many children of a lane failed, up to the one at an index. */
function failuresOf({ plan, results }: PauseRecord, last: number): number {
  let failures = 0;
  for (let index = last; index >= 0; index -= plan.lanes) {
    if (results.get(index)?.end.status === "failed") failures += 1;
  }
  return failures;
}
