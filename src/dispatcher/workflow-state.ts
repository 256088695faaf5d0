import { foldTransitions, RefluxoError, type Snapshot, type Transition } from "../engine/index.ts";
import type { Head, StoredStart, StoredVersion, StoredWorkflow, VersionKey } from "../ports/workflow-store.ts";
import type { LoadedDefinition } from "./definition-catalog.ts";
import type { DispatcherDependencies } from "./dependencies.ts";

/** One workflow as the store has it: its newest snapshot and what is open beyond it. */
export interface WorkflowState {
  readonly start: StoredStart;
  readonly head: Head | undefined;
  readonly definition: LoadedDefinition;
  /** At the newest version: everything that is committed. */
  readonly snapshot: Snapshot;
  /** The item of the newest version, when it was claimed and is not committed. */
  readonly open: StoredVersion | undefined;
  /** The committed transitions; the one at index v leads from v to v+1. */
  readonly transitions: readonly Transition[];
}

/** How often a read that shows a gap is made again. */
const maxReads = 3;

/**
 * Loads a workflow and folds its transitions; undefined when it was never started or its retention is over. A Query,
 * even a strongly consistent one, isolates items and not its whole answer, so it may show v before its commit and v+1
 * after it: such a read is made again. Throws `store.gap` when the gap stays.
 */
export async function loadWorkflow(
  { store, definitions, clock }: Pick<DispatcherDependencies, "store" | "definitions" | "clock">,
  workflowId: string,
): Promise<WorkflowState | undefined> {
  for (let reads = 0; reads < maxReads; reads += 1) {
    const stored = await store.load(workflowId);
    if (stored?.head === undefined || stored.start.purgeAt <= clock.now()) return undefined;
    if (hasGap(stored.versions)) continue;
    const definition = await definitions.resolve(stored.start.definitionId, stored.start.definitionHash);
    return foldWorkflow(stored, definition);
  }
  throw new RefluxoError("store.gap", `The versions of workflow ${workflowId} have a gap`, { isRetryable: true });
}

/** Whether the versions are not 0, 1, 2, … of which the last alone may be uncommitted. */
function hasGap(versions: readonly StoredVersion[]): boolean {
  const last = versions.length - 1;
  return versions.some(
    ({ version, transition }, index) => version !== index || (transition === undefined && index < last),
  );
}

function foldWorkflow({ start, head, versions }: StoredWorkflow, definition: LoadedDefinition): WorkflowState {
  const transitions = versions.flatMap(({ transition }) =>
    transition === undefined ? [] : [decodeTransition(transition)],
  );
  const open = versions.at(transitions.length);
  const input: unknown = JSON.parse(start.input);
  const initial = definition.engine.createInitialSnapshot(start.workflowId, definition.startNodeId, input);
  return { start, head, definition, open, transitions, snapshot: foldTransitions(initial, transitions) };
}

/** A transition from its stored text. The cast is this codec's: only `JSON.stringify(transition)` is ever stored. */
function decodeTransition(text: string): Transition {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RefluxoError("store.damaged", "A stored transition is not JSON");
  }
  if (typeof value !== "object" || value === null || !("schemaVersion" in value) || value.schemaVersion !== 1) {
    throw new RefluxoError("store.schema", "A stored transition has a schema version that this code does not know");
  }
  return value as Transition;
}

/** Names version v of a workflow for the store. */
export function versionKey({ start }: Pick<WorkflowState, "start">, version: number): VersionKey {
  return { workflowId: start.workflowId, version, purgeAt: start.purgeAt };
}
