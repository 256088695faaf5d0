import { setTimeout as delay } from "node:timers/promises";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { OnLog } from "../local-log.ts";
import type { QueueSource } from "../template/application.ts";
import { readFailedIds } from "./batch-response.ts";
import { buildSqsEvent } from "./sqs-event.ts";

/** A poller that runs. */
export interface EventSourceMapping {
  /** Receives no more, waits for the batches that run, and gives back what it received and did not start. */
  stop(): Promise<void>;
}

/** What a poller works with. */
export interface EventSourceMappingOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly region: string;
  readonly source: QueueSource;
  /** The function's logical id, for the log. */
  readonly functionId: string;
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Ends the long polls that wait on the queue's server, so that a stop need not wait for them. */
  readonly endLongPolls: () => void;
  readonly onLog: OnLog;
}

/** The longest poll and the most messages a receive that SQS allows. */
const longPollSeconds = 20;
const receiveLimit = 10;
/** How long a failed receive (the emulator is gone) keeps the poller from trying again, ms. */
const receiveRetryMs = 1_000;
/** How often a stop ends long polls, since one may begin just after, ms. */
const stopCheckMs = 20;

/**
 * Plays Lambda's SQS event source mapping. Invariants:
 * 1. at most `maximumConcurrency` batches run at a time, and nothing is received while all of them do;
 * 2. a message is deleted only after its batch succeeded and did not report it;
 * 3. every other message is left to its visibility timeout.
 */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const poller = new Poller(options);
  const loop = poller.run();
  return {
    stop: async () => {
      poller.isStopping = true;
      let isOver = false;
      const over = loop.then(() => {
        isOver = true;
      });
      while (!isOver) {
        options.endLongPolls();
        await Promise.race([over, delay(stopCheckMs)]);
      }
      await poller.drain();
    },
  };
}

class Poller {
  isStopping = false;
  readonly #options: EventSourceMappingOptions;
  readonly #batches = new Set<Promise<void>>();

  constructor(options: EventSourceMappingOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    while (!this.isStopping) {
      if (this.#batches.size >= this.#options.source.maximumConcurrency) {
        await Promise.race(this.#batches);
        continue;
      }
      const messages = await this.#gather();
      if (messages.length === 0) continue;
      if (this.isStopping) await this.#giveBack(messages);
      else this.#start(messages);
    }
  }

  async drain(): Promise<void> {
    await Promise.all(this.#batches);
  }

  #start(messages: readonly Message[]): void {
    const batch = this.#process(messages)
      .catch((error: unknown) => this.#log("error", "A batch failed", error))
      .finally(() => this.#batches.delete(batch));
    this.#batches.add(batch);
  }

  /** One batch: what the first receive brings, and what follows while the batching window is open. */
  async #gather(): Promise<readonly Message[]> {
    const { batchSize, batchingWindowSeconds } = this.#options.source;
    const messages = [...(await this.#receive(batchSize, longPollSeconds))];
    if (messages.length === 0) return messages;
    const windowEnd = performance.now() + batchingWindowSeconds * 1_000;
    while (messages.length < batchSize && !this.isStopping) {
      const seconds = Math.floor((windowEnd - performance.now()) / 1_000);
      if (seconds < 1) break;
      messages.push(...(await this.#receive(batchSize - messages.length, Math.min(seconds, longPollSeconds))));
    }
    return messages;
  }

  async #receive(limit: number, waitSeconds: number): Promise<readonly Message[]> {
    try {
      const { Messages = [] } = await this.#options.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#options.queueUrl,
          MaxNumberOfMessages: Math.min(limit, receiveLimit),
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
      );
      return Messages;
    } catch (error) {
      if (!this.isStopping) {
        this.#log("warn", "Receiving failed; trying again", error);
        await delay(receiveRetryMs);
      }
      return [];
    }
  }

  async #process(messages: readonly Message[]): Promise<void> {
    const { source, invoke, region } = this.#options;
    const response = await invoke(buildSqsEvent(messages, source.queueArn, region));
    const ids = messages.map((message) => message.MessageId ?? "");
    const failed = source.reportsBatchItemFailures ? readFailedIds(response, ids) : new Set<string>();
    const done = messages.filter((message) => !failed.has(message.MessageId ?? ""));
    for (const Entries of chunksOfEntries(done)) {
      const { Failed = [] } = await this.#options.sqs.send(
        new DeleteMessageBatchCommand({ QueueUrl: this.#options.queueUrl, Entries }),
      );
      for (const { Code } of Failed) this.#log("warn", `A message was not deleted and will come again: ${Code}`);
    }
  }

  async #giveBack(messages: readonly Message[]): Promise<void> {
    for (const entries of chunksOfEntries(messages)) {
      const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
      await this.#options.sqs.send(
        new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#options.queueUrl, Entries }),
      );
    }
  }

  #log(level: "warn" | "error", message: string, error?: unknown): void {
    this.#options.onLog({ level, source: this.#options.functionId, message, error });
  }
}

function chunksOfEntries(messages: readonly Message[]): { Id: string; ReceiptHandle: string | undefined }[][] {
  const entries = messages.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle }));
  return Array.from({ length: Math.ceil(entries.length / receiveLimit) }, (_, chunk) =>
    entries.slice(chunk * receiveLimit, (chunk + 1) * receiveLimit),
  );
}
