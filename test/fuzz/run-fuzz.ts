import { createHistogram } from "node:perf_hooks";
import fc from "fast-check";
import type { FuzzTarget } from "./fuzz-targets.ts";

/** How much to fuzz, and from where. */
export interface FuzzRun {
  readonly events: number;
  /** From 0 to 2^31 - 1; the same seed makes the same inputs. */
  readonly seed: number;
}

/** An input that does harm, shrunk, and how to see it again. */
export interface FuzzFailure {
  /** The seed of the round that found it: a run that begins with it finds it in its first round. */
  readonly seed: number;
  readonly input: string;
  readonly error: unknown;
}

/** What fuzzing one contract showed. */
export interface FuzzReport {
  readonly events: number;
  readonly accepted: number;
  readonly seconds: number;
  readonly medianMs: number;
  readonly slowest: { readonly elapsedMs: number; readonly inputLength: number };
  readonly failure?: FuzzFailure;
}

/** Inputs of one round; a round has a seed of its own, so that a failure late in a long run is found again at once. */
const roundInputs = 1_000;

/** Checks at least so many events of one contract, or fewer when one fails. Never throws for an input. */
export async function runFuzz(target: FuzzTarget, { events, seed }: FuzzRun): Promise<FuzzReport> {
  const startedAt = performance.now();
  const times = createHistogram();
  let slowest = { elapsedMs: 0, inputLength: 0 };
  let checked = 0;
  let accepted = 0;
  const property = fc.asyncProperty(target.inputs, async (input) => {
    const observed = await target.check(input);
    checked += observed.events;
    accepted += observed.accepted;
    times.record(Math.max(1, Math.round(observed.elapsedMs * 1e6)));
    if (observed.elapsedMs <= slowest.elapsedMs) return;
    // The best of four, so that a pause of the machine's does not stand for the input.
    let { elapsedMs } = observed;
    for (let again = 0; again < 3; again += 1) elapsedMs = Math.min(elapsedMs, (await target.check(input)).elapsedMs);
    if (elapsedMs > slowest.elapsedMs) slowest = { elapsedMs, inputLength: input.length };
  });
  let failure: FuzzFailure | undefined;
  for (let round = 0; checked < events && failure === undefined; round += 1) {
    const roundSeed = (seed + round) % 2 ** 31;
    const numRuns = Math.min(roundInputs, events - checked);
    const result = await fc.check(property, { seed: roundSeed, numRuns, verbose: fc.VerbosityLevel.None });
    if (!result.failed) continue;
    failure = { seed: roundSeed, input: result.counterexample?.[0] ?? "", error: result.errorInstance };
  }
  return {
    events: checked,
    accepted,
    seconds: (performance.now() - startedAt) / 1000,
    medianMs: times.percentile(50) / 1e6,
    slowest,
    ...(failure !== undefined && { failure }),
  };
}
