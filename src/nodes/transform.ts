import * as v from "valibot";
import type { NodeDefinition } from "../engine/index.ts";

/** The value that the node results in; expressions in it were evaluated before. */
export const TransformData = v.strictObject({ output: v.optional(v.unknown()) });
export type TransformData = v.InferOutput<typeof TransformData>;

/** Results in `output`: null when an expression gave nothing. */
export const transform: NodeDefinition<TransformData> = {
  metadata: { input: TransformData },
  async executor({ output }) {
    return { data: output ?? null };
  },
};
