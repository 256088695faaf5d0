import type { Part } from "./capacity.ts";
import { evenIds } from "./even-ids.ts";
import type { Blockade } from "./event-source.ts";
import { type Quotas, scaleDown } from "./quotas.ts";
import { type Latencies, ScaleWorld } from "./scale-world.ts";

/** One load on one deployment; quotas and load are the real ones, and both are made smaller by the scale. */
export interface LoadOptions {
  readonly seed: number;
  readonly quotas: Quotas;
  readonly workflowsPerMinute: number;
  readonly scale: number;
  /** How long workflows are started; the second half of it is measured. */
  readonly minutes: number;
  /** How long the world goes on at most after that, until every workflow has ended. */
  readonly drainMinutes: number;
  readonly stepsPerInvocation: number;
  readonly latencies: Latencies;
}

/** What a load came to, in the numbers of a real deployment. */
export interface LoadReport {
  readonly offeredPerMinute: number;
  /** Of the measured half. */
  readonly completedPerMinute: number;
  /** In each minute in which workflows were started. */
  readonly completedByMinute: readonly number[];
  /** From the start's request to the last commit, of the workflows that ended in the measured half; absent for none. */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  /** Starts that were answered, and those that their callers gave up. */
  readonly started: number;
  readonly givenUp: number;
  /** Started workflows that have not ended at the end. */
  readonly unended: number;
  readonly throttlesPerMinute: Readonly<Partial<Record<Part, number>>>;
  /** Units that were written, per workflow that has ended. */
  readonly unitsPerWorkflow: Readonly<Partial<Record<Part, number>>>;
  readonly failedRecordsPerMinute: number;
  readonly mostInFlight: number;
  /** The most executions of all functions. */
  readonly mostRunning: number;
  readonly invocationsPerSecond: number;
  readonly deadLetters: number;
  /** The most that a check was due for when a sweep began, ms. */
  readonly sweeperLagMs: number;
  /** What the sweeper sent, in sweeps that have ended. */
  readonly swept: number;
  /** What throttled first, or kept it from what was offered; absent when nothing did. */
  readonly firstLimit: Part | Blockade | undefined;
}

const minuteMs = 60_000;
/** A caller tries again after 1, 2, 4 and 8 s. */
const startAttempts = 5;
/** Below this share of what is offered a load is not kept up with. */
const keepingUp = 0.97;

/** Simulates one load, in as much time as its events take to compute; the same options give the same report. */
export async function simulateLoad(options: LoadOptions): Promise<LoadReport> {
  const run = new LoadRun(options);
  await run.run();
  return run.report();
}

class LoadRun {
  readonly #options: LoadOptions;
  readonly #world: ScaleWorld;
  readonly #ids = evenIds();
  readonly #beganAt: number;
  readonly #endsAt: number;
  /** When each workflow was asked for, epoch ms, as long as it has not ended. */
  readonly #askedAt = new Map<string, number>();
  readonly #accepted = new Set<string>();
  readonly #measuredMs: number[] = [];
  readonly #endedByMinute: number[];
  #ended = 0;
  #pending = 0;
  #started = 0;
  #givenUp = 0;
  #swept = 0;
  #sweeperLagMs = 0;

  constructor(options: LoadOptions) {
    const { quotas, scale, seed, latencies, stepsPerInvocation } = options;
    this.#options = options;
    this.#world = new ScaleWorld({
      ...{ seed, scale, latencies, stepsPerInvocation },
      quotas: scaleDown(quotas, scale),
      onStep: ({ workflowId, status }) => {
        if (status === "completed") this.#end(workflowId);
      },
    });
    this.#beganAt = this.#world.clock.now();
    this.#endsAt = this.#beganAt + options.minutes * minuteMs;
    this.#endedByMinute = Array.from({ length: Math.ceil(options.minutes) }, () => 0);
  }

  async run(): Promise<void> {
    const { clock } = this.#world;
    const { workflowsPerMinute, scale, drainMinutes } = this.#options;
    const everyMs = (minuteMs * scale) / workflowsPerMinute;
    const arrive = () => {
      if (clock.now() >= this.#endsAt) return;
      void this.#start(this.#ids.next().value);
      clock.schedule(everyMs, arrive);
    };
    clock.schedule(0, arrive);
    this.#sweepEachMinute();
    const lastAt = this.#endsAt + drainMinutes * minuteMs;
    while (clock.now() < lastAt && (clock.now() < this.#endsAt || this.#accepted.size + this.#pending > 0)) {
      clock.advanceTo(lastAt, () => true);
      // Whoever waited for what has just happened goes on until it waits again.
      await new Promise(setImmediate);
    }
  }

  report(): LoadReport {
    const { scale, workflowsPerMinute, minutes } = this.#options;
    const { capacity, source, queue, mostRunning } = this.#world;
    const sorted = this.#measuredMs.toSorted((a, b) => a - b);
    const full = (count: number) => count * scale;
    const elapsedMinutes = (this.#world.clock.now() - this.#beganAt) / minuteMs;
    const perMinute = (count: number) => full(count) / elapsedMinutes;
    const completedPerMinute = full(sorted.length) / (minutes / 2);
    return {
      offeredPerMinute: workflowsPerMinute,
      completedPerMinute,
      completedByMinute: this.#endedByMinute.map(full),
      p50Ms: sorted[Math.floor(sorted.length * 0.5)],
      p99Ms: sorted[Math.floor(sorted.length * 0.99)],
      started: full(this.#started),
      givenUp: full(this.#givenUp),
      unended: full(this.#accepted.size),
      throttlesPerMinute: mapParts(capacity.throttles, perMinute),
      unitsPerWorkflow: mapParts(capacity.taken, (units) => units / this.#ended),
      failedRecordsPerMinute: perMinute(source.failures),
      mostInFlight: full(source.mostInFlight),
      mostRunning: full(mostRunning),
      invocationsPerSecond: perMinute(source.batches) / 60,
      deadLetters: full(queue.deadLetters.length),
      sweeperLagMs: this.#sweeperLagMs,
      swept: full(this.#swept),
      firstLimit: this.#firstLimit(completedPerMinute >= keepingUp * workflowsPerMinute),
    };
  }

  /** The part that throttled first; what throttled nothing was held up by what kept its messages waiting longest. */
  #firstLimit(isKeptUpWith: boolean): Part | Blockade | undefined {
    const { capacity, source } = this.#world;
    const [first] = [...capacity.firstThrottles].toSorted(([, a], [, b]) => a - b);
    if (first !== undefined || isKeptUpWith) return first?.[0];
    const waits = [
      ["concurrency", source.blockedMs.concurrency],
      ["requests", source.blockedMs.requests],
    ] as const;
    const [longest] = waits.toSorted(([, a], [, b]) => b - a);
    return longest?.[0];
  }

  async #start(workflowId: string): Promise<void> {
    const { clock } = this.#world;
    this.#pending += 1;
    this.#askedAt.set(workflowId, clock.now());
    for (let attempt = 1; attempt <= startAttempts; attempt += 1) {
      if (await this.#world.start(workflowId)) {
        this.#started += 1;
        // Its end may have come before the answer.
        if (this.#askedAt.has(workflowId)) this.#accepted.add(workflowId);
        this.#pending -= 1;
        return;
      }
      if (attempt === startAttempts) break;
      const { promise, resolve } = Promise.withResolvers<void>();
      clock.schedule(1000 * 2 ** (attempt - 1), resolve);
      await promise;
    }
    this.#givenUp += 1;
    this.#pending -= 1;
  }

  #end(workflowId: string): void {
    const now = this.#world.clock.now();
    const askedAt = this.#askedAt.get(workflowId) ?? now;
    this.#askedAt.delete(workflowId);
    this.#accepted.delete(workflowId);
    this.#ended += 1;
    const minute = Math.floor((now - this.#beganAt) / minuteMs);
    if (minute < this.#endedByMinute.length) this.#endedByMinute[minute] = (this.#endedByMinute[minute] ?? 0) + 1;
    const isMeasured = now >= (this.#beganAt + this.#endsAt) / 2 && now < this.#endsAt;
    if (isMeasured) this.#measuredMs.push(now - askedAt);
  }

  #sweepEachMinute(): void {
    const { clock, store } = this.#world;
    const sweeper = this.#world.createSweeper();
    const sweep = async () => {
      clock.schedule(minuteMs, () => void sweep());
      const [oldest] = await store.listDue(clock.now(), 1);
      if (oldest !== undefined) this.#sweeperLagMs = Math.max(this.#sweeperLagMs, clock.now() - oldest.checkAt);
      const { sent } = await this.#world.sweep(sweeper);
      this.#swept += sent;
    };
    clock.schedule(minuteMs, () => void sweep());
  }
}

function mapParts(counts: ReadonlyMap<Part, number>, change: (count: number) => number): Partial<Record<Part, number>> {
  return Object.fromEntries([...counts].map(([part, count]) => [part, change(count)]));
}
