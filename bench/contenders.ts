import { plain } from "./baselines/plain.ts";
import { powertools } from "./baselines/powertools.ts";
import type { Contender } from "./contender.ts";
import { dispatcher, dispatcherGoingOn } from "./dispatcher.ts";

/** The dispatchers that are compared, ours first. */
export const contenders: readonly Contender[] = [dispatcher, dispatcherGoingOn, plain, powertools];
