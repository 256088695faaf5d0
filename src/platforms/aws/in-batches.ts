import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { callService } from "./call-service.ts";

/** The most entries of one SQS batch request, and the most bytes of their bodies together. */
const maxEntries = 10;
const maxBytes = 1_048_576;

/** A message that an operation failed for, and why. */
export interface EntryFailure {
  readonly messageId: string;
  readonly why: string;
}

interface Entry {
  readonly body: string;
}

/**
 * Calls a batch operation of SQS for all messages, one request after the other, each entry's `Id` being its index in
 * its batch. A request that fails as a whole fails its own messages only; nothing is thrown.
 */
export async function inBatches<TEntry extends Entry & { readonly messageId: string }>(
  operation: string,
  entries: readonly TEntry[],
  call: (batch: readonly TEntry[]) => Promise<{ readonly Failed?: BatchResultErrorEntry[] | undefined }>,
): Promise<readonly EntryFailure[]> {
  const failures: EntryFailure[] = [];
  for (const batch of batchesOf(entries)) {
    try {
      const { Failed = [] } = await callService(operation, () => call(batch));
      for (const { Id, Code, Message } of Failed) {
        const messageId = batch[Number(Id)]?.messageId ?? `entry ${Id}`;
        failures.push({
          messageId,
          why: `${operation} refused it: ${Code}${Message === undefined ? "" : `, ${Message}`}`,
        });
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : `${operation} failed`;
      failures.push(...batch.map(({ messageId }) => ({ messageId, why })));
    }
  }
  return failures;
}

/** The entries in batches that SQS takes: ten, and a megabyte together. */
export function batchesOf<TEntry extends Entry>(entries: readonly TEntry[]): readonly (readonly TEntry[])[] {
  const batches: TEntry[][] = [];
  let sizeBytes = 0;
  for (const entry of entries) {
    const entryBytes = Buffer.byteLength(entry.body);
    const last = batches.at(-1);
    if (last === undefined || last.length === maxEntries || sizeBytes + entryBytes > maxBytes) {
      batches.push([entry]);
      sizeBytes = entryBytes;
    } else {
      last.push(entry);
      sizeBytes += entryBytes;
    }
  }
  return batches;
}
