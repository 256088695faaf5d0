import * as v from "valibot";
import { type NodeDefinition, RefluxoError } from "../engine/index.ts";

/** The error to end with. */
export const FailData = v.strictObject({
  code: v.pipe(
    v.string(),
    v.maxLength(100, "must be at most 100 characters"),
    v.regex(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/i, "must be a dotted code such as order.out-of-stock"),
  ),
  message: v.pipe(v.string(), v.minLength(1, "must not be empty")),
});
export type FailData = v.InferOutput<typeof FailData>;

/** Fails for good with the code and message of its data, which must say nothing secret: the snapshot keeps them. */
export const fail: NodeDefinition<FailData, never> = {
  metadata: { input: FailData },
  async executor({ code, message }) {
    throw new RefluxoError(code, message);
  },
};
