import { RefluxoError } from "../../src/engine/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Random } from "../../src/ports/random.ts";
import type { Capacity, Demand } from "./capacity.ts";
import { drawLatency, type Latency } from "./draw-latency.ts";

/** The attempts of one call, as `quickService` of the AWS platform has them. */
const attempts = 3;
/** The longest that the SDK waits before the second attempt after a throttle, ms; it doubles, and a fraction of it is drawn. */
const throttlingDelayMs = 1_000;

/** What a modelled service is made of. */
export interface ServiceOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly capacity: Capacity;
  /** What the caller's one CPU has to do for each attempt, one after the other, ms. */
  readonly cpuPerCallMs: number;
  /** How many times as long as they take every call takes: a caller of which there is one is slowed down to scale. */
  readonly slowdown: number;
}

/** An AWS service as one container sees it: answers take their time, and what is throttled is tried again and then fails. */
export class ModelledService {
  readonly #options: ServiceOptions;
  #cpuFreeAt = 0;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /** Makes a call once the capacity allows it; throws a retryable error when no attempt was allowed, as the adapters do. */
  async call<TResult>(
    latency: Latency,
    demandsOf: () => Promise<readonly Demand[]> | readonly Demand[],
    make: () => Promise<TResult>,
  ): Promise<TResult> {
    const { capacity, random } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      await this.#useCpu();
      await this.sleep(drawLatency(latency, random));
      const refusal = capacity.refuses(await demandsOf());
      if (refusal === undefined) return make();
      if (attempt === attempts) {
        throw new RefluxoError("service.failed", `throttled by ${refusal}`, { isRetryable: true });
      }
      await this.sleep(random.fraction() * throttlingDelayMs * 2 ** (attempt - 1));
    }
  }

  #useCpu(): Promise<void> {
    const { clock, slowdown, cpuPerCallMs } = this.#options;
    const now = clock.now();
    this.#cpuFreeAt = Math.max(now, this.#cpuFreeAt) + cpuPerCallMs * slowdown;
    return this.sleep((this.#cpuFreeAt - now) / slowdown);
  }

  /** Lets simulated time pass, ms. */
  sleep(ms: number): Promise<void> {
    const { clock, slowdown } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.schedule(ms * slowdown, resolve);
    return promise;
  }
}
