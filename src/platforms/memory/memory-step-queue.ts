import type { Clock } from "../../ports/clock.ts";
import type { OutgoingMessage, StepQueue } from "../../ports/step-queue.ts";

/** A message as a consumer of the memory queue sees it. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly receiveCount: number;
}

interface Stored {
  readonly messageId: string;
  readonly body: string;
  receiveCount: number;
  visibleAt: number;
}

/** An SQS-like queue in memory: delays, visibility, receive counts and a dead-letter queue, on a given clock. */
export class MemoryStepQueue implements StepQueue {
  readonly deadLetters: { readonly body: string; readonly reason: string }[] = [];
  readonly #clock: Clock;
  readonly #visibilityMs: number;
  readonly #maxReceiveCount: number;
  /** By id, in the order of their sends. */
  readonly #messages = new Map<string, Stored>();
  #lastId = 0;

  constructor(clock: Clock, options: { visibilityMs?: number; maxReceiveCount?: number } = {}) {
    this.#clock = clock;
    this.#visibilityMs = options.visibilityMs ?? 360_000;
    this.#maxReceiveCount = options.maxReceiveCount ?? 10;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly (Error | undefined)[]> {
    return messages.map(({ message, delaySeconds }) => {
      this.sendBody(JSON.stringify(message), delaySeconds);
      return undefined;
    });
  }

  async deadLetter(body: string, reason: string): Promise<void> {
    this.deadLetters.push({ body, reason });
  }

  async hide(receiptHandle: string, seconds: number): Promise<void> {
    const stored = this.#messages.get(receiptHandle);
    if (stored !== undefined) stored.visibleAt = this.#clock.now() + seconds * 1000;
  }

  /** Puts a raw body on the queue, as another system would. */
  sendBody(body: string, delaySeconds = 0): void {
    this.#lastId += 1;
    const messageId = `message-${this.#lastId}`;
    const visibleAt = this.#clock.now() + delaySeconds * 1000;
    this.#messages.set(messageId, { messageId, body, receiveCount: 0, visibleAt });
  }

  /**
   * Receives what is visible now, hiding it for the visibility timeout; moves worn-out messages to the dead letters.
   * `isChosen` may leave messages for later, since a queue promises no order.
   */
  receive(maxMessages = 10, isChosen: () => boolean = () => true): readonly ReceivedMessage[] {
    const received: ReceivedMessage[] = [];
    const now = this.#clock.now();
    for (const stored of this.#messages.values()) {
      if (received.length === maxMessages) break;
      if (stored.visibleAt > now || !isChosen()) continue;
      stored.receiveCount += 1;
      if (stored.receiveCount > this.#maxReceiveCount) {
        this.delete(stored.messageId);
        this.deadLetters.push({ body: stored.body, reason: "received too often" });
        continue;
      }
      stored.visibleAt = now + this.#visibilityMs;
      received.push({
        messageId: stored.messageId,
        receiptHandle: stored.messageId,
        body: stored.body,
        receiveCount: stored.receiveCount,
      });
    }
    return received;
  }

  /** Acknowledges a received message. */
  delete(receiptHandle: string): void {
    this.#messages.delete(receiptHandle);
  }

  /** Loses everything, as PurgeQueue does. */
  purge(): void {
    this.#messages.clear();
  }

  /** The messages that are left, in flight or not, with the epoch ms at which they are visible. */
  get messages(): readonly { readonly body: string; readonly visibleAt: number; readonly receiveCount: number }[] {
    return [...this.#messages.values()];
  }
}
