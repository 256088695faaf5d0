import type { Operation } from "./gate.ts";
import type { Prng } from "./prng.ts";
import type { World } from "./world.ts";

/** Bodies that can never be valid. */
const garbage = [
  "{",
  '{"type":"step","workflowId":"w0","version":-1}',
  '{"type":"start","definitionId":"d0","__proto__":{"polluted":true}}',
  '{"type":"step","schemaVersion":1,"workflowId":"nobody","version":0}',
  '{"type":"step","schemaVersion":1,"workflowId":"w0","version":900}',
  '{"type":"dance"}',
];

/** Something that goes wrong with the queue; false when it cannot go wrong now. */
export function disturb(world: World, prng: Prng): boolean {
  return prng.pick([duplicate, expireVisibility, purge, purge, addGarbage])(world, prng);
}

/** Delivers a message again that was sent some time ago. */
function duplicate(world: World, prng: Prng): boolean {
  const { messages } = world.queue;
  const body = messages[prng.below(messages.length)]?.body ?? world.bodies[prng.below(world.bodies.length)];
  if (body === undefined) return false;
  world.coverage.countWorld("duplicate delivery");
  world.enqueue(body);
  return true;
}

/** Delivers the message of a step again whose claim is about to stall: somebody else may be first. */
export function overtake(world: World, { note }: Operation): void {
  const [workflowId, version] = note().split("#");
  world.coverage.countWorld("duplicate delivery");
  world.enqueue(JSON.stringify({ type: "step", schemaVersion: 1, workflowId, version: Number(version) }));
}

/** Makes a message visible while its owner still works on it. */
function expireVisibility(world: World, prng: Prng): boolean {
  const inFlight = world.busy.flatMap(({ received }) => received);
  const handle = inFlight[prng.below(inFlight.length)];
  if (handle === undefined) return false;
  world.disturbances += 1;
  world.coverage.countWorld("visibility expiry");
  world.note(() => `${handle} is visible again`);
  void world.queue.hide(handle, 0);
  return true;
}

/** Loses every message; only the sweeper heals that. */
function purge(world: World): boolean {
  if (!world.options.hasSweeper || world.queue.messages.length === 0) return false;
  world.coverage.countWorld("queue purge");
  world.note(() => "the queue is purged");
  world.queue.purge();
  return true;
}

/** Puts a message on the queue that can never be valid. */
function addGarbage(world: World, prng: Prng): boolean {
  const body = prng.pick(garbage);
  world.garbage.add(body);
  world.coverage.countWorld("invalid message");
  world.enqueue(body);
  return true;
}
