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

/** Loads a workflow and folds its transitions; undefined when it was never started or its retention is over. */
export async function loadWorkflow(
  { store, definitions, clock }: Pick<DispatcherDependencies, "store" | "definitions" | "clock">,
  workflowId: string,
): Promise<WorkflowState | undefined> {
  const stored = await store.load(workflowId);
  if (stored?.head === undefined || stored.start.purgeAt <= clock.now()) return undefined;
  const definition = await definitions.resolve(stored.start.definitionId, stored.start.definitionHash);
  return foldWorkflow(stored, definition);
}

function foldWorkflow({ start, head, versions }: StoredWorkflow, definition: LoadedDefinition): WorkflowState {
  const transitions: Transition[] = [];
  let open: StoredVersion | undefined;
  for (const stored of versions) {
    if (stored.version !== transitions.length || open !== undefined) {
      throw new RefluxoError("store.gap", `Workflow ${start.workflowId} has no version ${transitions.length}`);
    }
    if (stored.transition === undefined) open = stored;
    else transitions.push(decodeTransition(stored.transition));
  }
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
