/** A message for another system's queue. */
export interface QueueMessage {
  /** The queue's name or its URL. */
  readonly queue: string;
  /** Not empty. */
  readonly body: string;
  /** By name; none is empty. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Seconds until it can be received, up to 900. */
  readonly delaySeconds?: number;
  /** Of a FIFO queue: its messages of one group come in order. */
  readonly groupId?: string;
  /** Of a FIFO queue: the same one within five minutes is one message. */
  readonly deduplicationId?: string;
}

/** Queues that the platform's configuration names. */
export interface MessageSender {
  /**
   * Sends a message and gives its id. Rejects with a `RefluxoError`: `service.failed` is retryable;
   * `message.queue-refused` (not among the named queues, or one of the dispatcher's own) and `message.refused` (the queue
   * will never take it) are terminal.
   */
  send(message: QueueMessage): Promise<{ readonly messageId: string }>;
}
