import * as v from "valibot";
import { DefinitionId } from "../contracts/ids.ts";
import { type ChildResult, maxChildren, type ResultObject } from "../engine/index.ts";
import {
  assertTolerated,
  countTolerated,
  defaultMaxConcurrency,
  MaxConcurrency,
  ToleratedFailures,
} from "./child-plan.ts";
import { defineNode } from "./define-node.ts";
import { given } from "./given.ts";
import { uncheckedList } from "./unchecked.ts";

/** A workflow for each item: the item is its input. */
export const MapData = v.strictObject({
  definitionId: v.pipe(DefinitionId, v.description("The definition that each child runs; the item is its input.")),
  items: v.pipe(
    v.array(v.unknown()),
    v.maxLength(maxChildren, `must be at most ${maxChildren}`),
    v.description("The list, at most 100,000."),
  ),
  maxConcurrency: v.exactOptional(MaxConcurrency),
  toleratedFailures: v.exactOptional(ToleratedFailures),
});
export type MapData = v.InferOutput<typeof MapData>;

/** What became of the items, in their order; `resultObjects` in place of `results` when they are many. */
export const MapResult = v.union([
  v.strictObject({ count: v.number(), failed: v.number(), results: uncheckedList<ChildResult>() }),
  v.strictObject({ count: v.number(), failed: v.number(), resultObjects: uncheckedList<ResultObject>() }),
]);
export type MapResult = v.InferOutput<typeof MapResult>;

/**
 * Starts a child workflow for each item, waits for all of them, and results in what became of each. Fails with the
 * terminal `children.failed` as soon as more than `toleratedFailures` of them have failed; the others are cancelled.
 */
export const map = defineNode({
  metadata: {
    description: "Runs a child workflow for each item of a list, and waits for all of them.",
    input: MapData,
    output: MapResult,
  },
  async executor({ definitionId, items, maxConcurrency, toleratedFailures }, _context, _payload, _globals, step) {
    const { joined, collectChildren } = given(step, "step");
    if (joined === undefined) {
      const count = items.length;
      if (count === 0) return { data: { count, failed: 0, results: [] } };
      const children = {
        starts: items.map((input) => ({ definitionId, input })),
        maxConcurrency: maxConcurrency ?? defaultMaxConcurrency,
        toleratedFailures: countTolerated(toleratedFailures, count),
      };
      return { data: { definitionId, count }, __pause: true, children };
    }
    assertTolerated(joined);
    const results = await given(collectChildren, "step")();
    return { data: { count: joined.count, failed: joined.failed, ...results } };
  },
});
