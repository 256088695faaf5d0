import * as v from "valibot";
import { DefinitionId } from "../contracts/ids.ts";
import { type Joined, maxChildConcurrency, maxChildren, RefluxoError } from "../engine/index.ts";

/** The fields of data that say what one child runs. */
export const childStart = {
  definitionId: v.pipe(DefinitionId, v.description("The definition that it runs.")),
  input: v.optional(v.pipe(v.unknown(), v.description("Its input.")), null),
};

/** How many children run at the same time when a node does not say. */
export const defaultMaxConcurrency = 40;

/** How many children run at the same time, 40 when absent. */
export const MaxConcurrency = v.pipe(
  v.number(),
  v.safeInteger("must be a whole number"),
  v.minValue(1, "must be at least 1"),
  v.maxValue(maxChildConcurrency, `must be at most ${maxChildConcurrency}`),
  v.description("How many run at the same time; 40 when absent."),
);

/** How many children may fail: a number of them, or a share (`10%`); none when absent. */
export const ToleratedFailures = v.pipe(
  v.union([
    v.pipe(
      v.number(),
      v.safeInteger("must be a whole number"),
      v.minValue(0, "must not be negative"),
      v.maxValue(maxChildren, `must be at most ${maxChildren}`),
    ),
    v.pipe(v.string(), v.regex(/^(100|\d{1,2}(\.\d{1,3})?)%$/, "must be a share from 0% to 100%")),
  ]),
  v.description("How many may fail: a number, or a share such as 10%; 0 when absent."),
);
export type ToleratedFailures = v.InferOutput<typeof ToleratedFailures>;

/** How many of so many children may fail; a share is rounded down. */
export function countTolerated(tolerated: ToleratedFailures = 0, count: number): number {
  if (typeof tolerated === "number") return tolerated;
  // Whole thousandths of a percent: 0.29 * 100 is below 29.
  return Math.floor((Math.round(Number.parseFloat(tolerated) * 1_000) * count) / 100_000);
}

/** Throws the terminal `children.failed` when more children failed than the node tolerates. */
export function assertTolerated({ isEarly, failed, count, firstFailure }: Joined): void {
  if (isEarly === undefined) return;
  const first = firstFailure === undefined ? "" : `; ${firstFailure.workflowId}: ${firstFailure.error}`;
  throw new RefluxoError("children.failed", `${failed} of ${count} children failed, more than is tolerated${first}`);
}
