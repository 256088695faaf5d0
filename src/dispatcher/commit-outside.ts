import { applyTransition, type Snapshot, type Transition } from "../engine/index.ts";
import type { CoalescingSender } from "./coalescing-sender.ts";
import type { DispatcherDependencies } from "./dependencies.ts";
import { headFor, isHeadBehind, nextMessage, outsideCheckMs } from "./schedule.ts";
import { versionKey, type WorkflowState } from "./workflow-state.ts";

/** Rewrites the head when it is behind a committed snapshot, then sends what moves the workflow on. */
export async function advance(
  { store, clock }: DispatcherDependencies,
  sender: CoalescingSender,
  state: WorkflowState,
  snapshot: Snapshot,
): Promise<void> {
  if (isHeadBehind(state.head, snapshot)) await store.writeHead(headFor(state, snapshot, clock.now()));
  const next = nextMessage(snapshot, clock.now());
  if (next !== undefined) await sender.send(next);
}

/**
 * Commits a transition that no step made (resume, timer, cancel, expiry) on the newest version, whoever claims it,
 * and sends what follows. The sweeper is called to a minute from now first, so that a crash between the writes heals.
 * Returns the new snapshot, or undefined when another transition was first: judge again.
 */
export async function commitOutside(
  dependencies: DispatcherDependencies,
  sender: CoalescingSender,
  state: WorkflowState,
  transition: Transition,
): Promise<Snapshot | undefined> {
  const { store, clock, random } = dependencies;
  await store.moveCheck(state.start.workflowId, { checkAt: clock.now() + outsideCheckMs });
  const result = await store.commit(versionKey(state, state.snapshot.version), {
    token: random.token(),
    transition: JSON.stringify(transition),
    owner: "anyone",
  });
  if (result.type === "refused") return undefined;
  const snapshot = applyTransition(state.snapshot, transition);
  await advance(dependencies, sender, state, snapshot);
  return snapshot;
}
