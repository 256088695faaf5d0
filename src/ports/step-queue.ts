import type { QueueMessage } from "../contracts/messages.ts";

/** A message and the delay before it can be received (0 to 900 s, the SQS limit). */
export interface OutgoingMessage {
  readonly message: QueueMessage;
  readonly delaySeconds: number;
}

/** The queue that schedules steps. Delivery is at least once, in any order. */
export interface StepQueue {
  /** Sends up to any number of messages; the answer has one entry per message: undefined when sent, else the error. */
  send(messages: readonly OutgoingMessage[]): Promise<readonly (Error | undefined)[]>;
  /** Puts a message that can never be valid into the dead-letter queue, with the reason; throws when that fails. */
  deadLetter(body: string, reason: string): Promise<void>;
  /** Hides a received message for the given seconds (0 to 43,200) from now; waiting then spends no receives. */
  hide(receiptHandle: string, seconds: number): Promise<void>;
}
