import type { OutgoingMessage, StepQueue } from "../ports/step-queue.ts";

interface Waiting {
  readonly outgoing: OutgoingMessage;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends the messages of one batch: what falls due while a request is under way goes out together with the next one,
 * and nothing waits for a slow node beside it.
 */
export class CoalescingSender {
  readonly #queue: StepQueue;
  #waiting: Waiting[] = [];
  #isSending = false;

  constructor(queue: StepQueue) {
    this.#queue = queue;
  }

  /** Resolves once the queue has the message; rejects when it has not, so that the source is not acknowledged (I4). */
  send(outgoing: OutgoingMessage): Promise<void> {
    return this.sendAll([outgoing]);
  }

  /** Sends several in one request; rejects when one of them was not sent. */
  async sendAll(outgoing: readonly OutgoingMessage[]): Promise<void> {
    const sent = outgoing.map((one) => this.#wait(one));
    if (!this.#isSending) void this.#drain();
    await Promise.all(sent);
  }

  #wait(outgoing: OutgoingMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ outgoing, resolve, reject });
    });
  }

  async #drain(): Promise<void> {
    this.#isSending = true;
    while (this.#waiting.length > 0) {
      const sending = this.#waiting;
      this.#waiting = [];
      await this.#sendAll(sending);
    }
    this.#isSending = false;
  }

  async #sendAll(sending: readonly Waiting[]): Promise<void> {
    try {
      const errors = await this.#queue.send(sending.map(({ outgoing }) => outgoing));
      for (const [index, { resolve, reject }] of sending.entries()) {
        const error = errors[index];
        if (error === undefined) resolve();
        else reject(error);
      }
    } catch (error) {
      for (const { reject } of sending) reject(error);
    }
  }
}
