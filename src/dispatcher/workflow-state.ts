import type { Snapshot, Transition } from "../engine/index.ts";
import type { Claim, Continuation, Head, StoredStart, StoredVersion, VersionKey } from "../ports/workflow-store.ts";
import type { LoadedDefinition } from "./definition-catalog.ts";
import type { DispatcherParts } from "./dependencies.ts";
import type { Place } from "./transition-codec.ts";

/** One workflow as the store has it: its newest snapshot and what is open beyond it. */
export interface WorkflowState {
  readonly start: StoredStart;
  readonly head: Head | undefined;
  readonly definition: LoadedDefinition;
  /** At the newest version: everything that is committed; large values are not read yet. */
  readonly snapshot: Snapshot;
  /** The item of the newest version, when it was claimed and is not committed. */
  readonly open: StoredVersion | undefined;
  /** Of the newest committed version: how its owner goes on. */
  readonly continuation: Continuation | undefined;
  /** The committed transitions; the one at index v leads from v to v+1. */
  readonly transitions: readonly Transition[];
  /** The same as they are stored, in pieces that a comma joins; absent when they are too large for a message. */
  readonly texts: readonly string[] | undefined;
  /** The newest version at which it was not active; 0 when it always was. */
  readonly restedAt: number;
  /** Whether any result in its context is a large value. */
  readonly hasLargeResults: boolean;
}

/** Who has the newest version, or had it last, and how often it was begun. */
export type Lease = Pick<Claim, "expiresAt" | "count">;

/**
 * The claim on the newest version or, when nobody has claimed it, that of the owner of the version before that goes on with
 * it, unless that owner has released it.
 */
export function leaseOf(
  { open, continuation }: Pick<WorkflowState, "open" | "continuation">,
  isReleased = false,
): Lease | undefined {
  if (open?.claim !== undefined) return open.claim;
  if (continuation?.until === undefined || isReleased) return undefined;
  return { expiresAt: continuation.until, count: 1 };
}

/** Names version v of a workflow for the store. */
export function versionKey({ start }: Pick<WorkflowState, "start">, version: number): VersionKey {
  return { workflowId: start.workflowId, version, purgeAt: start.purgeAt };
}

/** Places the values of a workflow's transitions, as of now. */
export function placeFor(
  { values, clock }: Pick<DispatcherParts, "values" | "clock">,
  { start }: Pick<WorkflowState, "start">,
): Place {
  return (text) => values.place(text, start, clock.now());
}
