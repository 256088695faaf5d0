import * as v from "valibot";
import { DefinitionId } from "../contracts/ids.ts";
import { type ChildrenResults, maxChildren, type NodeDefinition } from "../engine/index.ts";
import {
  assertTolerated,
  countTolerated,
  defaultMaxConcurrency,
  MaxConcurrency,
  ToleratedFailures,
} from "./child-plan.ts";
import { given } from "./given.ts";

/** A workflow for each item: the item is its input. */
export const MapData = v.strictObject({
  definitionId: DefinitionId,
  /** At most 100,000. */
  items: v.pipe(v.array(v.unknown()), v.maxLength(maxChildren, `must be at most ${maxChildren}`)),
  maxConcurrency: v.exactOptional(MaxConcurrency),
  toleratedFailures: v.exactOptional(ToleratedFailures),
});
export type MapData = v.InferOutput<typeof MapData>;

/** What the pause says. */
interface Waiting {
  readonly definitionId: string;
  readonly count: number;
}

/** What became of the items, in their order; `resultObjects` in place of `results` when they are many. */
export type MapResult = ChildrenResults & { readonly count: number; readonly failed: number };

/**
 * Starts a child workflow for each item, waits for all of them, and results in what became of each. Fails with the
 * terminal `children.failed` as soon as more than `toleratedFailures` of them have failed; the others are cancelled.
 */
export const map: NodeDefinition<MapData, Waiting | MapResult> = {
  metadata: { input: MapData },
  async executor({ definitionId, items, maxConcurrency, toleratedFailures }, _context, _payload, _globals, step) {
    const { joined, collectChildren } = given(step, "step");
    const count = items.length;
    if (count === 0) return { data: { count, failed: 0, results: [] } };
    if (joined === undefined) {
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
};
