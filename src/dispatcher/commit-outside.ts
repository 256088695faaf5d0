import type { CarriedState } from "../contracts/messages.ts";
import { applyTransition, isTerminal, type Snapshot, type Transition } from "../engine/index.ts";
import type { OutgoingMessage } from "../ports/step-queue.ts";
import type { CoalescingSender } from "./coalescing-sender.ts";
import type { DispatcherParts } from "./dependencies.ts";
import { healHead, writeOutsideHead } from "./head.ts";
import { reportEnd } from "./report.ts";
import { firstActiveCheckMs, isJustAbandoned, lanesMessage, nextMessages, outsideCheckMs } from "./schedule.ts";
import { encodeTransition } from "./transition-codec.ts";
import type { WorkContext } from "./work-context.ts";
import { placeFor, versionKey, type WorkflowState } from "./workflow-state.ts";

/**
 * Sends messages that follow a snapshot, those about children before the one that moves it on: once the workflow has
 * moved, nobody sends them again.
 */
export async function sendInOrder(sender: CoalescingSender, messages: readonly OutgoingMessage[]): Promise<void> {
  const isMover = ({ message }: OutgoingMessage) => message.type === "step" || message.type === "timer";
  const movers = messages.filter(isMover);
  const others = messages.filter((outgoing) => !isMover(outgoing));
  if (others.length > 0) await sender.sendAll(others);
  if (movers.length > 0) await sender.sendAll(movers);
}

/** Sends what follows a snapshot, if anything does; the message of its next step carries what it is given. */
export async function sendNext(
  { clock }: Pick<DispatcherParts, "clock">,
  sender: CoalescingSender,
  { start }: Pick<WorkflowState, "start">,
  snapshot: Snapshot,
  carried?: CarriedState,
): Promise<void> {
  const messages = nextMessages(start, snapshot, clock.now()).map((outgoing) =>
    outgoing.message.type === "step" && carried !== undefined
      ? { ...outgoing, message: { ...outgoing.message, carried } }
      : outgoing,
  );
  await sendInOrder(sender, messages);
}

/**
 * Commits a transition that no step made (resume, timer, cancel, retry, expiry), with who asked for it, on the newest version, whoever claims it,
 * and sends what follows. The sweeper is called to a minute from now first, so that a crash between the writes heals.
 * Returns the new snapshot, or undefined when another transition was first: judge again.
 */
export async function commitOutside(
  { dependencies, sender }: Pick<WorkContext, "dependencies" | "sender">,
  state: WorkflowState,
  change: Transition,
  by: string | undefined,
): Promise<Snapshot | undefined> {
  const { store, clock, random } = dependencies;
  const transition = { ...change, at: clock.now(), ...(by !== undefined && { by }) };
  await healHead(dependencies, state);
  // Whoever left children behind may have ended before it told them; after this, nobody does.
  if (isJustAbandoned(state.snapshot)) {
    await sender.send(lanesMessage(state.start.workflowId, state.snapshot.abandoned));
  }
  // The interval too: should this stall past that look, the one after must not wait for as long as an idle pause may.
  const soon = { checkAt: clock.now() + outsideCheckMs, checkIntervalMs: firstActiveCheckMs };
  const { version } = state.snapshot;
  const move = isTerminal(state.snapshot) ? ({ type: "again", version } as const) : ({ type: "nearer" } as const);
  await store.moveCheck(state.start.workflowId, { ...move, ...soon });
  const result = await store.commit(versionKey(state, state.snapshot.version), {
    token: random.token(),
    transition: await encodeTransition(transition, placeFor(dependencies, state)),
    owner: "anyone",
  });
  if (result.type === "refused") return undefined;
  reportEnd(dependencies, state, transition);
  const snapshot = applyTransition(state.snapshot, transition);
  await writeOutsideHead(dependencies, state, snapshot);
  await sendNext(dependencies, sender, state, snapshot);
  return snapshot;
}
