import { isLeftToSweeper, isUnbegun, mayHaveLeftChildren } from "./check-children.ts";
import type { WorkflowRecord } from "./ledger.ts";
import type { World } from "./world.ts";

/** What must hold once nothing moves any more (I5, I6, I7, I10, I11, I17). */
export function checkRest(world: World): void {
  const { ledger, queue } = world;
  for (const [workflowId, record] of ledger.workflows) {
    const { reference, head, transitions, runs } = record;
    // A start whose caller gave up between its two writes is no workflow: nobody was told that it began.
    if (head === undefined) continue;
    const isLeft = isLeftToSweeper(world, record);
    if (!reference.hasEnded && !isUnbegun(world, record) && !isLeft)
      ledger.violate(`I5: ${workflowId} rests ${reference.status} at ${reference.version}`);
    if (head.status !== reference.status && !isLeft)
      ledger.violate(`I5: the head of ${workflowId} says ${head.status}`);
    // The sweeper goes on for a while when somebody asked for a retry that never came about.
    checkUndone(ledger, record);
    const mayBeLookedAt =
      isLeft ||
      !reference.hasEnded ||
      ledger.callersOf(workflowId).retried.has(reference.version) ||
      mayHaveLeftChildren(world, record);
    if (!mayBeLookedAt && head.checkAt !== undefined) ledger.violate(`I5: ${workflowId} is still looked at`);
    for (const [version, { transition }] of transitions.entries()) {
      const { type, nodeId, result } = transition;
      // What was claimed too often may have lost each of its claims before its node began.
      const mustHaveRun = type === "step" && nodeId !== null && result?.errorCode !== "step.claimed-too-often";
      if (mustHaveRun && !runs.has(version)) ledger.violate(`I7: ${version} never ran`);
    }
    for (const [version, payload] of ledger.callersOf(workflowId).resumed) {
      const transition = transitions[version]?.transition;
      const isSame = transition?.type === "resume" && JSON.stringify(transition.externalPayload) === payload;
      if (!isSame) ledger.violate(`I11: a caller was told that it resumed ${workflowId}#${version}`);
    }
  }
  for (const { body, reason } of queue.deadLetters) {
    const isGarbage = world.garbage.has(body);
    if (isGarbage && reason === "received too often")
      ledger.violate(`I17: ${body} was retried before it was set aside`);
    if (!isGarbage && !mayBeRefused(world, body)) ledger.violate(`I5: ${body} is a dead letter: ${reason}`);
  }
  if (Object.hasOwn(Object.prototype, "polluted")) ledger.violate("I17: a prototype was touched");
}

/** Each visit that could be undone has one outcome when its workflow has failed, the newest first (decision 10); else none has. */
function checkUndone(ledger: World["ledger"], { start: { workflowId }, reference, transitions }: WorkflowRecord): void {
  const all = transitions.map(({ transition }) => transition);
  const done = all.flatMap(({ nodeId, visit, compensateBy }) =>
    compensateBy === undefined ? [] : [`${nodeId} ${visit}`],
  );
  const settled = all.flatMap(({ compensates }) => (compensates ? [`${compensates.nodeId} ${compensates.visit}`] : []));
  const outcome = all.findLast(({ metadata }) => metadata !== undefined)?.metadata?.["compensation"];
  const { undone, failedCount } = { undone: 0, failedCount: 0, ...(typeof outcome === "object" && outcome) };
  const isUndone = reference.status === "failed";
  if (undone + failedCount !== (isUndone ? done.length : 0)) {
    ledger.violate(`I5: ${workflowId} completed ${done.join()} and undid ${JSON.stringify(outcome)}`);
  }
  if (settled.join() !== done.toReversed().slice(0, settled.length).join() || (!isUndone && settled.length > 0)) {
    ledger.violate(`I14: ${workflowId} completed ${done.join()} and undid ${settled.join()}`);
  }
}

/** A resume or cancel can come too late; anything can once the workflow's items may be deleted. */
function mayBeRefused({ ledger, clock }: World, body: string): boolean {
  const [, type, workflowId = ""] = /^{"type":"([\w-]+)".*"workflowId":"([\w.:]+)"/.exec(body) ?? [];
  const purgeAt = ledger.workflows.get(workflowId)?.start.purgeAt ?? Number.POSITIVE_INFINITY;
  return type === "resume" || type === "cancel" || purgeAt <= clock.now();
}
