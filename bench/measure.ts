import type { Contender } from "./contender.ts";
import { type LoadResult, runLoad } from "./run-load.ts";
import type { Stage } from "./stage.ts";
import type { Load } from "./workload.ts";

/** The results of one contender, one for each round. */
export interface ContenderResults {
  readonly contender: Contender;
  readonly results: readonly LoadResult[];
}

/**
 * Runs a load through every contender in every round. The rounds are interleaved and each begins with another
 * contender, so that neither the machine's mood nor what ran before favours one.
 */
export async function measureRounds(
  stage: Stage,
  contenders: readonly Contender[],
  load: Load,
  { rounds, discardedRounds }: { readonly rounds: number; readonly discardedRounds: number },
): Promise<readonly ContenderResults[]> {
  const results = new Map<Contender, LoadResult[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < discardedRounds + rounds; round++) {
    for (const contender of rotate(contenders, round)) {
      const result = await runLoad(stage, contender, load);
      if (round >= discardedRounds) results.get(contender)?.push(result);
    }
  }
  return contenders.map((contender) => ({ contender, results: results.get(contender) ?? [] }));
}

function rotate<TItem>(items: readonly TItem[], by: number): readonly TItem[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
