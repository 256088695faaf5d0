import * as v from "valibot";
import { type ChildResult, RefluxoError } from "../engine/index.ts";
import {
  assertTolerated,
  childStart,
  countTolerated,
  defaultMaxConcurrency,
  MaxConcurrency,
  ToleratedFailures,
} from "./child-plan.ts";
import { defineNode } from "./define-node.ts";
import { given } from "./given.ts";
import { wholeRecord } from "./record-of.ts";
import { uncheckedRecord } from "./unchecked.ts";

const BranchName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "must be a letter, then letters, digits, _ or -"),
);

/** A workflow for each branch, under its name. */
export const ParallelData = v.strictObject({
  branches: wholeRecord(
    v.pipe(
      v.record(BranchName, v.strictObject(childStart)),
      v.minEntries(1, "must have at least one branch"),
      v.maxEntries(1_000, "must have at most 1000 branches"),
    ),
    "The branches by name, 1 to 1,000.",
  ),
  maxConcurrency: v.exactOptional(MaxConcurrency),
  toleratedFailures: v.exactOptional(ToleratedFailures),
});
export type ParallelData = v.InferOutput<typeof ParallelData>;

/** What became of the branches, by their names. */
export const ParallelResult = v.strictObject({
  failed: v.number(),
  branches: uncheckedRecord<Omit<ChildResult, "index">>(),
});
export type ParallelResult = v.InferOutput<typeof ParallelResult>;

/**
 * Starts a child workflow for each branch, waits for all of them, and results in what became of each. Fails with the
 * terminal `children.failed` as soon as more than `toleratedFailures` of them have failed; the others are cancelled.
 */
export const parallel = defineNode({
  metadata: {
    description: "Runs child workflows beside each other, and waits for all of them.",
    input: ParallelData,
    output: ParallelResult,
  },
  async executor({ branches, maxConcurrency, toleratedFailures }, _context, _payload, _globals, step) {
    const { joined, collectChildren } = given(step, "step");
    const names = Object.keys(branches);
    if (joined === undefined) {
      const children = {
        starts: Object.values(branches),
        maxConcurrency: maxConcurrency ?? defaultMaxConcurrency,
        toleratedFailures: countTolerated(toleratedFailures, names.length),
      };
      return { data: { branches: names }, __pause: true, children };
    }
    assertTolerated(joined);
    const collected = await given(collectChildren, "step")();
    if (!("results" in collected)) {
      throw new RefluxoError(
        "parallel.too-large",
        "The branches' results are more than 8 MiB: let them result in less",
      );
    }
    const entries = collected.results.map(({ index, ...result }) => [names[index] ?? String(index), result] as const);
    return { data: { failed: joined.failed, branches: Object.fromEntries(entries) } };
  },
});
