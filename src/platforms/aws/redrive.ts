import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { DeadLetter, DeadLetterQueue, GatheredLetters } from "./dead-letter-queue.ts";
import { batchesOf, type EntryFailure, inBatches } from "./in-batches.ts";

/** What the dead-letter queue holds. */
export interface DeadLetterList extends GatheredLetters {
  /** Letters that stay hidden for a while, because they could not be made visible again. */
  readonly failures: readonly EntryFailure[];
}

/** What became of the chosen letters. */
export interface RedriveReport {
  readonly sentIds: readonly string[];
  /** Chosen ids that the queue did not show. */
  readonly missingIds: readonly string[];
  readonly failures: readonly EntryFailure[];
  /** Whether the whole queue was looked through. */
  readonly isComplete: boolean;
}

/** Lists the dead letters and makes them visible again. Throws a `RefluxoError` when the queue cannot be read. */
export async function listDeadLetters(queue: DeadLetterQueue): Promise<DeadLetterList> {
  let failures: readonly EntryFailure[] = [];
  let gathered: GatheredLetters;
  try {
    gathered = await queue.gather();
  } finally {
    failures = await queue.release();
  }
  return { ...gathered, failures };
}

/**
 * Sends letters back to the step queue, body for body and without the reason, and deletes from the dead-letter queue
 * only what was sent: a crash between the two leaves a duplicate, which the protocol is made to bear (I13). Letters
 * that come back meanwhile are not sent again. Throws a `RefluxoError` when the dead-letter queue cannot be read.
 */
export async function redrive(
  queue: DeadLetterQueue,
  target: { readonly client: SQSClient; readonly stepQueueUrl: string },
  choice: "all" | readonly string[],
): Promise<RedriveReport> {
  const wanted = choice === "all" ? undefined : new Set(choice);
  const sentIds: string[] = [];
  const failures: EntryFailure[] = [];
  let gathered: GatheredLetters;
  try {
    gathered = await queue.gather(wanted);
    const chosen = gathered.letters.filter(({ messageId }) => wanted === undefined || wanted.has(messageId));
    for (const batch of batchesOf(chosen)) {
      const unsent = await sendBack(target, batch);
      const unsentIds = new Set(unsent.map(({ messageId }) => messageId));
      const sent = batch.filter(({ messageId }) => !unsentIds.has(messageId));
      const undeleted = await queue.delete(sent);
      sentIds.push(...sent.map(({ messageId }) => messageId));
      failures.push(...unsent, ...undeleted);
    }
  } finally {
    failures.push(...(await queue.release()));
  }
  const foundIds = new Set(gathered.letters.map(({ messageId }) => messageId));
  const missingIds = [...(wanted ?? [])].filter((messageId) => !foundIds.has(messageId));
  return { sentIds, missingIds, failures, isComplete: gathered.isComplete };
}

async function sendBack(
  { client, stepQueueUrl }: { readonly client: SQSClient; readonly stepQueueUrl: string },
  letters: readonly DeadLetter[],
): Promise<readonly EntryFailure[]> {
  return inBatches("sqs:SendMessageBatch", letters, (batch) =>
    client.send(
      new SendMessageBatchCommand({
        QueueUrl: stepQueueUrl,
        Entries: batch.map(({ body }, index) => ({ Id: String(index), MessageBody: body })),
      }),
    ),
  );
}
