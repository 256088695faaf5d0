import { createPauseCache } from "./children/read-pause.ts";
import type { Invocation } from "./dependencies.ts";
import { FoldCache } from "./fold-cache.ts";
import { type SweepParts, type SweepReport, sweep } from "./sweep.ts";

/** The sweeper without the rest of the dispatcher: what a function that does nothing else is made of. */
export interface Sweeper {
  /** One run of the sweeper. */
  sweep(invocation: Invocation): Promise<SweepReport>;
}

/** Makes a sweeper, with caches that live as long as the container. */
export function createSweeper(dependencies: Omit<SweepParts, "folds" | "pauses">): Sweeper {
  const folds = new FoldCache(dependencies.settings.foldCacheBytes);
  const parts = { ...dependencies, folds, pauses: createPauseCache() };
  return { sweep: (invocation) => sweep(parts, invocation) };
}
