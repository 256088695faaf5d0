import { type Spread, spreadOf } from "../statistics.ts";

/** What so many steps took of the process. */
export interface Taken {
  readonly steps: number;
  /** CPU time of the process, all of its threads, ms. */
  readonly cpuMs: number;
  /** Time from beginning to end, ms; what else runs on the machine is in it. */
  readonly durationMs: number;
}

/** Something that makes steps. */
export interface Contestant {
  readonly name: string;
  run(): Promise<Taken>;
}

/** One measure of one contestant. */
export interface Measured {
  /** µs per step, over the rounds. */
  readonly micros: Spread;
  /** To the first contestant in the same round, over the rounds. */
  readonly ratio: Spread;
}

/** One contestant. */
export interface ContestantResult {
  readonly name: string;
  readonly cpu: Measured;
  readonly duration: Measured;
}

/** How often each contestant runs, and how often before, while code is compiled. */
export interface Rounds {
  readonly rounds: number;
  readonly discardedRounds: number;
}

/** Runs all contestants in every round. The rounds are interleaved, and each begins with another contestant. */
export async function measureSteps(
  contestants: readonly Contestant[],
  { rounds, discardedRounds }: Rounds,
): Promise<readonly ContestantResult[]> {
  const found = new Map<Contestant, Taken[]>(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round < discardedRounds + rounds; round++) {
    const first = round % contestants.length;
    for (const contestant of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      const taken = await contestant.run();
      if (round >= discardedRounds) found.get(contestant)?.push(taken);
    }
  }
  const [none = []] = found.values();
  return [...found].map(([{ name }, taken]) => ({
    name,
    cpu: compare(taken, none, ({ cpuMs, steps }) => (cpuMs * 1000) / steps),
    duration: compare(taken, none, ({ durationMs, steps }) => (durationMs * 1000) / steps),
  }));
}

function compare(taken: readonly Taken[], none: readonly Taken[], microsOf: (taken: Taken) => number): Measured {
  const micros = taken.map(microsOf);
  const nones = none.map(microsOf);
  return {
    micros: spreadOf(micros),
    ratio: spreadOf(micros.map((value, round) => value / (nones[round] ?? Number.NaN))),
  };
}

/** What some work takes that resolves to how many steps it made. */
export async function take(work: () => Promise<number>): Promise<Taken> {
  const cpuBefore = process.cpuUsage();
  const beganAt = performance.now();
  const steps = await work();
  const durationMs = performance.now() - beganAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { steps, cpuMs: (user + system) / 1000, durationMs };
}
