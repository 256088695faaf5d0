import { foldTransitions, RefluxoError, type Snapshot, type Transition } from "../engine/index.ts";
import type { Head, StoredStart, StoredVersion, StoredWorkflow } from "../ports/workflow-store.ts";
import type { DispatcherParts } from "./dependencies.ts";
import type { Fold } from "./fold-cache.ts";
import { freezeJson } from "./freeze-json.ts";
import { LargeValue } from "./large-value.ts";
import { decodeTransition } from "./transition-codec.ts";
import type { WorkflowState } from "./workflow-state.ts";

type LoadParts = Pick<DispatcherParts, "store" | "definitions" | "clock" | "folds">;

/** What no message carries, whatever the settings: SQS bills 64 KB as one request. */
const maxCarriedLength = 64 * 1024;

/** What a fold takes in memory besides its values, about, bytes. */
const foldOverheadBytes = 2048;

/** How often a read that shows a gap is made again. */
const maxReads = 3;

/**
 * Loads a workflow and folds its transitions; undefined when it was never started, its retention is over, or it was erased. A container
 * that knows the workflow reads only what came since. Throws `store.gap` when the versions have a gap that stays.
 */
export async function loadWorkflow(parts: LoadParts, workflowId: string): Promise<WorkflowState | undefined> {
  const known = findFold(parts, workflowId);
  const tail = known && (await parts.store.loadFrom(workflowId, known.newest.version));
  return (tail && foldTail(parts, known, tail)) ?? loadWhole(parts, workflowId);
}

/**
 * A workflow as an eventually consistent read shows it, for half the price: all of it is committed, and it may be old. It is
 * a hint, like what a message carries: only a claim may come of it. Undefined when it shows no whole workflow.
 */
export async function glanceAtWorkflow(parts: LoadParts, workflowId: string): Promise<WorkflowState | undefined> {
  const { store, clock } = parts;
  const known = findFold(parts, workflowId);
  if (known !== undefined) return foldTail(parts, known, await store.glanceFrom(workflowId, known.newest.version));
  const stored = await store.glance(workflowId);
  if (stored?.head === undefined) return undefined;
  if (isGone(stored.start, clock.now()) || hasGap(stored.versions, 0)) return undefined;
  return foldWhole(parts, { ...stored, head: stored.head });
}

/** What this container knows of a workflow, if that is not gone by now. */
function findFold({ folds, clock }: LoadParts, workflowId: string): Fold | undefined {
  const known = folds.get(workflowId);
  return known !== undefined && known.state.start.purgeAt > clock.now() ? known : undefined;
}

/**
 * A Query, even a strongly consistent one, isolates items and not its whole answer, so it may show v before its commit
 * and v+1 after it: such a read is made again.
 */
async function loadWhole(parts: LoadParts, workflowId: string): Promise<WorkflowState | undefined> {
  const { store, clock, folds } = parts;
  folds.forget(workflowId);
  for (let reads = 0; reads < maxReads; reads += 1) {
    const stored = await store.load(workflowId);
    if (stored?.head === undefined || isGone(stored.start, clock.now())) return undefined;
    if (hasGap(stored.versions, 0)) continue;
    return foldWhole(parts, { ...stored, head: stored.head });
  }
  throw new RefluxoError("store.gap", `The versions of workflow ${workflowId} have a gap`, { isRetryable: true });
}

/** Folds all versions of a workflow, which have no gap, and keeps the fold. */
async function foldWhole(
  parts: LoadParts,
  { start, head, versions }: StoredWorkflow & { readonly head: Head },
): Promise<WorkflowState> {
  const base = await beginFold(parts, start, head);
  const fold = advance({ state: base, sizeBytes: baseSizeBytes(start) }, versions);
  if (fold.newest !== undefined) parts.folds.keep({ ...fold, newest: fold.newest });
  return fold.state;
}

/** A workflow before its first transition. Throws what reading its definition throws. */
export async function beginFold(
  { definitions }: Pick<LoadParts, "definitions">,
  start: StoredStart,
  head: Head,
): Promise<WorkflowState> {
  const { workflowId, definitionId, definitionHash } = start;
  const definition = await definitions.resolve(definitionId, definitionHash);
  const snapshot = definition.engine.createInitialSnapshot(workflowId, definition.startNodeId, decodeInput(start));
  const empty = {
    transitions: [],
    texts: [],
    open: undefined,
    continuation: undefined,
    restedAt: 0,
    hasLargeResults: false,
  };
  return { start, head, definition, snapshot, ...empty };
}

/** The workflow by a fold and what came since; undefined when it has to be read whole. */
function foldTail(parts: LoadParts, fold: Fold, tail: readonly StoredVersion[]): WorkflowState | undefined {
  const { version } = fold.newest;
  const [newest, ...later] = tail;
  const isSame = newest?.transition !== undefined && newest.claim?.token === fold.newest.claim?.token;
  if (!isSame || hasGap(tail, version)) return undefined;
  const advanced = { ...fold, ...advance(fold, later) };
  return parts.folds.keep(advanced) ? advanced.state : undefined;
}

/** A fold with further versions; one that is not committed stays open. */
function advance(
  { state, sizeBytes, newest }: Pick<Fold, "state" | "sizeBytes"> & Partial<Fold>,
  versions: readonly StoredVersion[],
): { readonly state: WorkflowState; readonly sizeBytes: number; readonly newest?: StoredVersion } {
  const committed = versions.filter(({ transition }) => transition !== undefined);
  const added = committed.map(({ transition = "" }) => decodeTransition(transition));
  const texts = committed.map(({ transition = "" }) => transition);
  const last = committed.at(-1) ?? newest;
  return {
    state: {
      ...foldOn(state, added, texts),
      open: versions.at(committed.length),
      continuation: last?.continuation,
    },
    sizeBytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), sizeBytes),
    ...(last !== undefined && { newest: last }),
  };
}

/** A workflow with further transitions, and their texts. */
export function foldOn<TState extends Omit<WorkflowState, "open">>(
  state: TState,
  added: readonly Transition[],
  texts: readonly string[],
): TState {
  return goOn(state, freezeLists(foldTransitions(state.snapshot, added)), added, texts);
}

/** A workflow with further transitions that its snapshot has already, and their texts. */
export function goOn<TState extends Omit<WorkflowState, "open">>(
  state: TState,
  snapshot: Snapshot,
  added: readonly Transition[],
  texts: readonly string[],
): TState {
  if (added.length === 0) return { ...state, snapshot };
  const resting = added.findLastIndex(({ status }) => status !== "active");
  return {
    ...{ ...state, snapshot },
    transitions: [...state.transitions, ...added],
    texts: joinTexts(state.texts, texts),
    restedAt: resting < 0 ? state.restedAt : state.transitions.length + resting + 1,
    hasLargeResults: state.hasLargeResults || added.some(({ result }) => result?.output instanceof LargeValue),
  };
}

/** The texts of more transitions; undefined once no message may carry them, so that they are not kept for nothing. */
function joinTexts(before: readonly string[] | undefined, added: readonly string[]): readonly string[] | undefined {
  const texts = before && [...before, ...added];
  const length = texts?.reduce((sum, text) => sum + text.length, 0) ?? 0;
  return length > maxCarriedLength ? undefined : texts;
}

function isGone({ purgeAt, erasedAt }: StoredStart, now: number): boolean {
  return purgeAt <= now || erasedAt !== undefined;
}

/** An inline input is kept as its text and as its value. */
function baseSizeBytes({ input }: StoredStart): number {
  return foldOverheadBytes + (typeof input === "string" ? 2 * Buffer.byteLength(input) : 0);
}

/** Whether the versions are not `from`, `from + 1`, … of which the last alone may be uncommitted. */
function hasGap(versions: readonly StoredVersion[], from: number): boolean {
  const last = versions.length - 1;
  return versions.some(
    ({ version, transition }, index) => version !== from + index || (transition === undefined && index < last),
  );
}

/** What is in the lists is frozen already, or the engine's own. */
function freezeLists(snapshot: Snapshot): Snapshot {
  for (const results of Object.values(snapshot.context)) Object.freeze(results);
  Object.freeze(snapshot.context);
  Object.freeze(snapshot.undo);
  return snapshot;
}

function decodeInput({ input }: StoredStart): unknown {
  return typeof input === "string" ? freezeJson(JSON.parse(input)) : new LargeValue(input);
}
