import { newCaller, operatorCaller } from "./callers.ts";
import type { PauseRecord } from "./children-ledger.ts";
import { payloadCanary, type WorkflowRecord } from "./ledger.ts";
import type { Prng } from "./prng.ts";
import type { World } from "./world.ts";

/** Something that somebody outside does to a parent, to a child or to what is to become one; false when it cannot be. */
export function callAboutChildren(world: World, prng: Prng): boolean {
  const kind = prng.below(100);
  if (kind < 26) return cancel(world, prng, pick(prng, [...world.ledger.workflows.values()].filter(isWaiting)));
  if (kind < 38) return cancel(world, prng, pick(prng, childrenOf(world)));
  if (kind < 58) return retry(world, prng);
  if (kind < 78) return answer(world, prng);
  if (kind < 84) return takeId(world, prng);
  return sendUnasked(world, prng);
}

const isWaiting = ({ reference }: WorkflowRecord) => reference.isWaiting;

function childrenOf({ ledger }: World): readonly WorkflowRecord[] {
  return [...ledger.workflows.values()].filter(({ start, head }) => start.parent !== undefined && head !== undefined);
}

function pick<T>(prng: Prng, items: readonly T[]): T | undefined {
  return items[prng.below(items.length)];
}

function send(world: World, prng: Prng, workflowId: string, event: object): boolean {
  // Over the queue a refused start would be a dead letter, and a retry cannot come at all.
  const isQueued = prng.chance(0.4) && "type" in event && event.type === "cancel";
  const givesUp = world.options.hasSweeper && prng.chance(0.3);
  if (isQueued) world.enqueue(JSON.stringify(event));
  else world.call(newCaller(world, { workflowId, event, givesUp }), prng);
  return true;
}

function cancel(world: World, prng: Prng, record: WorkflowRecord | undefined): boolean {
  if (record === undefined) return false;
  const { workflowId } = record.start;
  world.ledger.callersOf(workflowId).isCancelled = true;
  return send(world, prng, workflowId, { type: "cancel", workflowId });
}

function retry(world: World, prng: Prng): boolean {
  const failed = [...world.ledger.workflows.values()].filter(({ reference }) => reference.status === "failed");
  const record = pick(prng, failed);
  if (record === undefined) return false;
  const { workflowId } = record.start;
  const { version } = record.reference;
  world.ledger.callersOf(workflowId).retried.add(version);
  world.coverage.countWorld("retry of a failure");
  return send(world, prng, workflowId, { type: "retry", workflowId, version });
}

function answer(world: World, prng: Prng): boolean {
  const record = pick(
    prng,
    childrenOf(world).filter(({ reference }) => reference.isIdle),
  );
  if (record === undefined) return false;
  world.call(operatorCaller(world, record.start.workflowId, record.reference.version), prng);
  return true;
}

/** Somebody takes the id of a child that may be started later. */
function takeId(world: World, prng: Prng): boolean {
  const parent = pick(prng, world.workflowIds);
  const version = (world.ledger.workflows.get(parent ?? "")?.reference.version ?? 0) + prng.below(2);
  const workflowId = `${parent}.${version}.${prng.below(4)}`;
  const event = { type: "start", workflowId, definitionId: "c0", input: { note: payloadCanary, isTaken: true } };
  return send(world, prng, workflowId, event);
}

/** What nobody sends unasked, though whoever may send to the queue can, and so does a redrive. */
function sendUnasked(world: World, prng: Prng): boolean {
  const pause = pick(prng, [...world.ledger.children.pauses.values()]);
  if (pause === undefined) return false;
  world.enqueue(JSON.stringify({ ...messageFor(pause, prng), schemaVersion: 1 }));
  return true;
}

function messageFor({ workflowId, version, plan }: PauseRecord, prng: Prng): object {
  const isEnd = prng.chance(0.5);
  if (isEnd) return { type: "child-ended", workflowId, version, index: prng.below(plan.count + 1) };
  return { type: "children", workflowId, version, first: prng.below(plan.lanes), count: 1 + prng.below(plan.lanes) };
}
