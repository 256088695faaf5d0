import type { MemoryStepQueue } from "../../src/platforms/memory/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Random } from "../../src/ports/random.ts";
import type { OutgoingMessage, StepQueue } from "../../src/ports/step-queue.ts";
import { drawLatency, type Latency } from "./draw-latency.ts";
import type { EventSource } from "./event-source.ts";
import type { ModelledService } from "./modelled-service.ts";

/** How long the queue takes. */
export interface QueueLatencies {
  readonly send: Latency;
  /** From the answer to a send until a poll can find the message. */
  readonly delivery: Latency;
}

/** What a modelled queue is made of. */
export interface ModelledQueueParts {
  readonly queue: MemoryStepQueue;
  readonly service: ModelledService;
  readonly latencies: QueueLatencies;
  readonly clock: Clock;
  readonly random: Random;
  readonly source: () => EventSource;
}

/** The memory queue behind the latencies of SQS, which bounds no rate. */
export class ModelledQueue implements StepQueue {
  readonly #parts: ModelledQueueParts;

  constructor(parts: ModelledQueueParts) {
    this.#parts = parts;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly (Error | undefined)[]> {
    const { clock, random, queue, latencies, source } = this.#parts;
    await this.#request();
    for (const outgoing of messages) {
      clock.schedule(drawLatency(latencies.delivery, random), () => {
        void queue.send([outgoing]);
        if (outgoing.delaySeconds === 0) source().notify();
        else clock.schedule(outgoing.delaySeconds * 1000, () => source().notify());
      });
    }
    return messages.map(() => undefined);
  }

  async deadLetter(body: string, reason: string): Promise<void> {
    await this.#request();
    await this.#parts.queue.deadLetter(body, reason);
  }

  async hide(receiptHandle: string, seconds: number): Promise<void> {
    await this.#request();
    await this.#parts.queue.hide(receiptHandle, seconds);
    this.#parts.source().hide(receiptHandle, seconds);
  }

  #request(): Promise<void> {
    const { service, latencies } = this.#parts;
    return service.call(
      latencies.send,
      () => [],
      async () => undefined,
    );
  }
}
