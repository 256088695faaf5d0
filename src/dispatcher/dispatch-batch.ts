import type { Command } from "../contracts/command.ts";
import type { ParsedRecord } from "../contracts/parsed-event.ts";
import type { Logger } from "../ports/logger.ts";
import type { StepQueue } from "../ports/step-queue.ts";
import { CoalescingSender } from "./coalescing-sender.ts";
import { timeLeftMs } from "./compute-transition.ts";
import type { DispatcherParts, Invocation } from "./dependencies.ts";
import { executeCommand } from "./execute-command.ts";
import { ExpectedFailure } from "./expected-failure.ts";
import { mapWithConcurrency } from "./map-with-concurrency.ts";
import type { Outcome } from "./outcome.ts";
import type { Subject, WorkContext } from "./work-context.ts";

/** The longest that SQS hides a message, s. */
const maxHideSeconds = 43_200;

/**
 * A record that runs alone, and how often it was tried before, by the claims of its version or else by its receives:
 * of each kind what failed most often comes last.
 */
interface Deferred {
  readonly index: number;
  readonly tries: number;
}

/**
 * Works off the records of one SQS batch; the answer has one settled result per record, in their order, and a
 * rejected one is delivered again. Records of different workflows run beside each other, those of one workflow one
 * after the other; what may end its process (a version that was claimed before, a document that a command names) runs
 * alone, after all others are committed and sent, so that it takes nobody along (DESIGN 4, poison).
 */
export async function dispatchBatch(
  dependencies: DispatcherParts,
  records: readonly ParsedRecord[],
  invocation: Invocation,
): Promise<PromiseSettledResult<void>[]> {
  const results: PromiseSettledResult<void>[] = [];
  const deferred: Deferred[] = [];
  const context = { dependencies, invocation, sender: new CoalescingSender(dependencies.queue) };
  const workOn = async (index: number, isAlone: boolean) => {
    const record = records[index];
    if (record === undefined) return undefined;
    const logger = dependencies.logger.child({ messageId: record.messageId });
    const subject = subjectOf(record);
    try {
      const tries = await workOff(
        { ...context, logger, subject, isAlone, isRedelivered: record.receiveCount > 1 },
        record,
      );
      results[index] = { status: "fulfilled", value: undefined };
      return tries;
    } catch (reason) {
      if (reason instanceof ExpectedFailure)
        logger.info("record comes again", { ...fieldsOf(subject, record), why: reason.message });
      else logger.warn("record failed", fieldsOf(subject, record), reason);
      results[index] = { status: "rejected", reason };
      return undefined;
    }
  };
  await mapWithConcurrency(groupByWorkflow(records), dependencies.settings.concurrency, async (indexes) => {
    let startTries: number | undefined;
    for (const index of indexes) {
      // What follows a start waits with it.
      const tries = startTries ?? (await workOn(index, false));
      if (tries === undefined) continue;
      deferred.push({ index, tries });
      if (firstCommand(records[index])?.type === "start") startTries = tries;
    }
  });
  const alone = deferred.toSorted((a, b) => a.tries - b.tries);
  await part(dependencies, invocation, alone, records);
  for (const { index } of alone) await workOn(index, true);
  return results;
}

/**
 * Lets what stands behind a record that may end the process come again one workflow after the other, should that happen:
 * together they would be received, and worn out, for each other's sake. What is worked off after all is acknowledged as ever.
 */
async function part(
  { queue, clock, settings, logger }: DispatcherParts,
  { deadlineAt }: Invocation,
  alone: readonly Deferred[],
  records: readonly ParsedRecord[],
): Promise<void> {
  const suspect = alone.findIndex(({ tries }) => tries > 0);
  if (suspect < 0) return;
  const apartMs = deadlineAt + settings.claimGraceMs - clock.now();
  const groups = Map.groupBy(alone.slice(suspect), ({ index }) => groupKeyAt(records, index));
  const [, ...behind] = [...groups.values()].map((group) => group.flatMap(({ index }) => records[index] ?? []));
  await Promise.all(
    behind.flatMap((group, at) =>
      group.map(({ receiptHandle, messageId }) =>
        hide(queue, receiptHandle, apartMs * (at + 1), logger.child({ messageId })),
      ),
    ),
  );
}

/** Works off one record; returns how often it was tried before when it has to be deferred. */
async function workOff(work: WorkContext, record: ParsedRecord): Promise<number | undefined> {
  const { queue } = work.dependencies;
  if (!record.result.isValid) {
    const { message, loggable } = record.result.error;
    work.logger.error("message is invalid", { reason: loggable });
    await queue.deadLetter(record.body, message);
    return undefined;
  }
  for (const command of record.result.commands) {
    if (work.isAlone && namesDocument(command) && !hasTimeForDocument(work)) {
      const until = work.dependencies.clock.now();
      await comeAgain(work, record, { type: "later", until, why: "no time is left for a document" });
    }
    const outcome = await executeCommand(work, command);
    if (outcome.type === "deferred") return outcome.claims ?? record.receiveCount - 1;
    if (outcome.type === "later") await comeAgain(work, record, outcome);
    if (outcome.type === "refused") await refuse(work, record, outcome);
  }
  return undefined;
}

function namesDocument(command: Command): boolean {
  return "inputObject" in command || "payloadObject" in command;
}

/** Nobody knows what a document takes before it is read; an invocation that ends in it acknowledges nothing. */
function hasTimeForDocument({ dependencies, invocation }: WorkContext): boolean {
  return timeLeftMs(dependencies, invocation) >= dependencies.settings.minimumReclaimedStepMs;
}

/** Hides the message until it can be worked off, so that waiting spends no receives; then fails its record. */
async function comeAgain(
  work: WorkContext,
  { receiptHandle }: ParsedRecord,
  { until, why }: Outcome & { type: "later" },
): Promise<never> {
  const { queue, clock } = work.dependencies;
  await hide(queue, receiptHandle, until - clock.now(), work.logger);
  throw new ExpectedFailure("step.later", `Not now: ${why}`, { isRetryable: true });
}

/** Hides a message from now on; one that cannot be hidden comes again after the queue's own timeout. */
async function hide(queue: StepQueue, receiptHandle: string, durationMs: number, logger: Logger): Promise<void> {
  const seconds = Math.min(maxHideSeconds, Math.max(0, Math.ceil(durationMs / 1000)));
  try {
    await queue.hide(receiptHandle, seconds);
  } catch (error) {
    logger.warn("message could not be hidden; it comes again after the queue's own timeout", {}, error);
  }
}

async function refuse(work: WorkContext, record: ParsedRecord, outcome: Outcome & { type: "refused" }): Promise<void> {
  const { code, reason, loggable = reason } = outcome;
  if (code === "too-early") throw new ExpectedFailure("resume.too-early", reason, { isRetryable: true });
  work.logger.error("message is refused", { ...fieldsOf(work.subject, record), code, reason: loggable });
  await work.dependencies.queue.deadLetter(record.body, `${code}: ${reason}`);
}

/** The indexes of the records of each workflow, in their order. */
function groupByWorkflow(records: readonly ParsedRecord[]): readonly (readonly number[])[] {
  return [...Map.groupBy(records.keys(), (index) => groupKeyAt(records, index)).values()];
}

function firstCommand(record: ParsedRecord | undefined): Command | undefined {
  return record?.result.isValid ? record.result.commands[0] : undefined;
}

/** What a record is worked off with; one of no workflow, alone. */
function groupKeyAt(records: readonly ParsedRecord[], index: number): string {
  return groupKeyOf(firstCommand(records[index])) ?? `#${index}`;
}

/** What is worked off one after the other: a workflow, and each lane of its children by itself. */
function groupKeyOf(command: Command | undefined): string | undefined {
  if (command?.type === "child-ended") return `${command.workflowId}#${command.version}#${command.index}`;
  if (command?.type === "children") return `${command.workflowId}#${command.version}#lanes${command.first}`;
  return workflowIdOf(command);
}

function workflowIdOf(command: Command | undefined): string | undefined {
  return command !== undefined && "workflowId" in command ? command.workflowId : undefined;
}

function subjectOf(record: ParsedRecord): Subject {
  const command = firstCommand(record);
  const version = command !== undefined && "version" in command ? command.version : undefined;
  return { workflowId: workflowIdOf(command), version };
}

function fieldsOf(subject: Subject, { receiveCount }: ParsedRecord) {
  return { ...subject, receiveCount };
}
