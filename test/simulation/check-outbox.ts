import type { Container } from "./container.ts";
import type { WorkflowRecord } from "./ledger.ts";
import { memoise } from "./memoise.ts";
import type { World } from "./world.ts";

/**
 * The workflow that a `step` or `timer` moves, or whose children a message is about, which goes on when they have ended; ""
 * when it is another message.
 */
const movedBy = memoise(
  (body) => /^{"type":"(?:step|timer|children|child-ended)".*"workflowId":"([\w.:]+)"/.exec(body)?.[1] ?? "",
);

/** The version that a message is for; infinite when it is for none. */
const versionOf = memoise((body) => Number(/"version":(\d+)[,}]/.exec(body)?.[1] ?? Number.POSITIVE_INFINITY));

/** I4: when one of these is acknowledged, its head is no longer behind, and what moves its workflow on is somewhere. */
export function checkOutbox(world: World, container: Container, body: string): void {
  const workflowId = movedBy(body);
  const record = world.ledger.workflows.get(workflowId);
  const isAboutChildren = body.startsWith('{"type":"child');
  if (!isAboutChildren) checkHead(world, container, record);
  if (record === undefined || record.reference.hasEnded || record.reference.isIdle || record.reference.isWaiting)
    return;
  const { version } = record.reference;
  // Redelivered, the message of the version before sends this version's again.
  const isMover = (text: string) => {
    const isAhead = versionOf(text) >= version - 1 || versionOf(text) === record.continuation?.from;
    return isAhead && text.includes(`"${workflowId}"`);
  };
  const isKnown =
    (world.options.hasSweeper && record.head?.checkAt !== undefined) ||
    world.queue.messages.some((message) => isMover(message.body)) ||
    world.isAsked(workflowId);
  if (!isKnown) world.ledger.violate(`I4: ${body} was acknowledged, and nothing moves version ${version} on`);
}

/** What was committed before an invocation began, it has seen: it leaves no head that says otherwise. */
function checkHead({ ledger }: World, container: Container, record: WorkflowRecord | undefined): void {
  if (record?.head === undefined || record.start.purgeAt <= container.now()) return;
  const { newestCommit, head, reference } = record;
  if (newestCommit >= container.begunAt || head.status === reference.status) return;
  ledger.violate(
    `I4: the head of ${head.workflowId} says ${head.status} at version ${reference.version}, ${reference.status}`,
  );
}
