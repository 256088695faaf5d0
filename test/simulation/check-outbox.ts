import type { World } from "./world.ts";

/** I4: when a `step` or `timer` is acknowledged, what moves its workflow on is somewhere. */
export function checkOutbox(world: World, body: string): void {
  const [, workflowId = ""] = /^{"type":"(?:step|timer)".*"workflowId":"(\w+)"/.exec(body) ?? [];
  const record = world.ledger.workflows.get(workflowId);
  if (record === undefined || record.reference.hasEnded || record.reference.isIdle) return;
  const { version } = record.reference;
  // Redelivered, the message of the version before sends this version's again.
  const isMover = (text: string) => {
    const found = /"version":(\d+)}$/.exec(text);
    return text.includes(`"${workflowId}"`) && (found === null || Number(found[1]) >= version - 1);
  };
  const isKnown =
    (world.options.hasSweeper && record.head?.checkAt !== undefined) ||
    world.queue.messages.some((message) => isMover(message.body)) ||
    [...world.callers].some((caller) => caller.workflowId === workflowId);
  if (!isKnown) world.ledger.violate(`I4: ${body} was acknowledged, and nothing moves version ${version} on`);
}
