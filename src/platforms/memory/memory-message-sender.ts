import { RefluxoError } from "../../engine/index.ts";
import type { MessageSender, QueueMessage } from "../../ports/message-sender.ts";

/** Keeps the messages that are sent, in order; of a FIFO queue each deduplication id once, since no time passes here. */
export class MemoryMessageSender implements MessageSender {
  readonly messages: (QueueMessage & { readonly messageId: string })[] = [];
  readonly #queues: readonly string[];

  /** The names or URLs of the queues that messages may go to. */
  constructor(queues: readonly string[]) {
    this.#queues = queues;
  }

  async send(message: QueueMessage): Promise<{ readonly messageId: string }> {
    const { queue, deduplicationId } = message;
    if (!this.#queues.includes(queue)) {
      throw new RefluxoError(
        "message.queue-refused",
        `The queue ${queue} is not among the queues that nodes may send to`,
      );
    }
    const twin = this.messages.find((sent) => sent.queue === queue && sent.deduplicationId === deduplicationId);
    if (deduplicationId !== undefined && twin !== undefined) return { messageId: twin.messageId };
    const messageId = `message-${this.messages.length + 1}`;
    this.messages.push({ ...message, messageId });
    return { messageId };
  }
}
