import * as v from "valibot";
import { defineNode } from "./define-node.ts";

/** The value that the node results in; expressions in it were evaluated before. */
export const TransformData = v.strictObject({
  output: v.optional(v.pipe(v.unknown(), v.description("Any value: the result."))),
});
export type TransformData = v.InferOutput<typeof TransformData>;

/** Results in `output`: null when an expression gave nothing. */
export const transform = defineNode({
  metadata: { description: "Results in a value, such as that of an expression.", input: TransformData },
  async executor({ output }) {
    return { data: output ?? null };
  },
});
