import { spreadOf } from "../statistics.ts";

/** Something that makes steps; resolves to how many it made. */
export interface Contestant {
  readonly name: string;
  run(): Promise<number>;
}

/**
 * CPU time of this process per step, µs: the least of several rounds, which other work on the machine disturbed least. The rounds are interleaved, and each begins with
 * another contestant; the first ones, in which code is compiled, are dropped.
 */
export async function measureCpu(
  contestants: readonly Contestant[],
  { rounds, discardedRounds }: { readonly rounds: number; readonly discardedRounds: number },
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < discardedRounds + rounds; round++) {
    const first = round % contestants.length;
    for (const { name, run } of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      const before = process.cpuUsage();
      const steps = await run();
      const { user, system } = process.cpuUsage(before);
      if (round >= discardedRounds) found.get(name)?.push((user + system) / steps);
    }
  }
  return new Map([...found].map(([name, values]) => [name, spreadOf(values).min]));
}
