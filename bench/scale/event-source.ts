import type { MemoryStepQueue, ReceivedMessage } from "../../src/platforms/memory/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Quotas } from "./quotas.ts";
import { TokenBucket } from "./token-bucket.ts";

/** How many records one invocation gets at most, as the template has it. */
const batchSize = 10;
/** How many batches Lambda works on at first. */
const firstBatches = 5;
/** How many requests a second Lambda takes for each execution that the account may run at a time. */
const requestsPerExecution = 10;
/** How long messages that find nothing else in their way are gathered to a batch, ms. */
const gatheringMs = 20;

/** Executions of the account's functions that run now, and the most that may. */
export interface AccountPool {
  running: number;
  readonly limit: number;
}

/** What keeps messages waiting. */
export type Blockade = "concurrency" | "requests" | "in flight";

/** What an event source mapping is made of. */
export interface EventSourceOptions {
  readonly clock: Clock;
  readonly queue: MemoryStepQueue;
  readonly quotas: Quotas;
  /** How many times smaller than a real deployment this one is. */
  readonly scale: number;
  readonly pool: AccountPool;
  /** For how long a message is hidden by being received, ms. */
  readonly visibilityMs: number;
  /** Runs a batch: one settled result per message. */
  readonly invoke: (messages: readonly ReceivedMessage[]) => Promise<readonly PromiseSettledResult<void>[]>;
}

/** Lambda's event source mapping: batches, concurrency, messages in flight, and what fails stays hidden. */
export class EventSource {
  /** The most batches, and messages in flight, at any time. */
  mostBatches = 0;
  mostInFlight = 0;
  /** Batches that were run, and records of them that failed. */
  batches = 0;
  failures = 0;
  /** For how long something kept messages waiting, ms. */
  readonly blockedMs: Record<Blockade, number> = { concurrency: 0, requests: 0, "in flight": 0 };
  readonly #options: EventSourceOptions;
  readonly #beganAt: number;
  readonly #requests: TokenBucket;
  /** Until when the function itself hid a message, epoch ms, by its handle. */
  readonly #hiddenUntil = new Map<string, number>();
  #running = 0;
  #inFlight = 0;
  #isGathering = false;
  #blockade: { readonly by: Blockade; readonly since: number } | undefined;

  constructor(options: EventSourceOptions) {
    const now = options.clock.now();
    this.#options = options;
    this.#beganAt = now;
    const unitsPerSecond = requestsPerExecution * options.quotas.accountConcurrency;
    this.#requests = new TokenBucket({ unitsPerSecond, burstSeconds: 1 }, now);
  }

  /** Says that there are messages. */
  notify(): void {
    if (this.#isGathering || this.#blockade !== undefined) return;
    this.#isGathering = true;
    this.#options.clock.schedule(gatheringMs, () => {
      this.#isGathering = false;
      this.#poll();
    });
  }

  /** Says that another function of the account has ended. */
  notifyFree(): void {
    if (this.#blockade?.by === "concurrency") this.#poll();
  }

  /** Says that the function hid a message from now on. */
  hide(receiptHandle: string, seconds: number): void {
    this.#hiddenUntil.set(receiptHandle, this.#options.clock.now() + seconds * 1000);
  }

  #poll(): void {
    const { queue, clock } = this.#options;
    for (;;) {
      const by = this.#blockadeNow();
      this.#noteBlockade(by);
      if (by !== undefined) return;
      const messages = queue.receive(batchSize);
      if (messages.length === 0) return;
      this.#requests.take(1, clock.now());
      void this.#run(messages);
    }
  }

  #blockadeNow(): Blockade | undefined {
    const { clock, quotas, pool } = this.#options;
    if (this.#inFlight >= quotas.inFlight) return "in flight";
    if (this.#running >= this.#allowedBatches() || pool.running >= pool.limit) return "concurrency";
    const waitMs = this.#requests.waitMs(1, clock.now());
    if (waitMs === 0) return undefined;
    clock.schedule(waitMs, () => this.#poll());
    return "requests";
  }

  /** Lambda adds batches while there is work for them; here it is taken to be there from the beginning. */
  #allowedBatches(): number {
    const { clock, quotas, scale } = this.#options;
    if (quotas.dispatchersPerMinute === Number.POSITIVE_INFINITY) return quotas.dispatchers;
    const minutes = (clock.now() - this.#beganAt) / 60_000;
    const grown = Math.floor(firstBatches / scale + quotas.dispatchersPerMinute * minutes);
    return Math.max(1, Math.min(quotas.dispatchers, grown));
  }

  #noteBlockade(by: Blockade | undefined): void {
    const now = this.#options.clock.now();
    if (this.#blockade !== undefined) this.blockedMs[this.#blockade.by] += now - this.#blockade.since;
    this.#blockade = by === undefined ? undefined : { by, since: now };
  }

  async #run(messages: readonly ReceivedMessage[]): Promise<void> {
    const { clock, queue, pool, visibilityMs, invoke } = this.#options;
    const visibleAt = clock.now() + visibilityMs;
    this.batches += 1;
    this.#running += 1;
    pool.running += 1;
    this.#inFlight += messages.length;
    this.mostBatches = Math.max(this.mostBatches, this.#running);
    this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight);
    const results = await invoke(messages);
    this.#running -= 1;
    pool.running -= 1;
    for (const [index, { receiptHandle }] of messages.entries()) {
      if (results[index]?.status === "fulfilled") {
        queue.delete(receiptHandle);
        this.#inFlight -= 1;
      } else this.#comeAgain(this.#hiddenUntil.get(receiptHandle) ?? visibleAt);
      this.#hiddenUntil.delete(receiptHandle);
    }
    if (this.#blockade !== undefined) this.#poll();
  }

  /** A failed record stays in flight until it is visible again. */
  #comeAgain(at: number): void {
    const { clock } = this.#options;
    this.failures += 1;
    clock.schedule(at - clock.now(), () => {
      this.#inFlight -= 1;
      if (this.#blockade === undefined) this.notify();
      else this.#poll();
    });
  }
}
