import * as v from "valibot";
import { RefluxoError } from "../engine/index.ts";
import { defineNode } from "./define-node.ts";

/** The error to end with. */
export const FailData = v.strictObject({
  code: v.pipe(
    v.string(),
    v.maxLength(100, "must be at most 100 characters"),
    v.regex(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/i, "must be a dotted code such as order.out-of-stock"),
    v.description("A dotted code, such as order.out-of-stock."),
  ),
  message: v.pipe(
    v.string(),
    v.minLength(1, "must not be empty"),
    v.description("What went wrong; nothing secret, since it is kept."),
  ),
});
export type FailData = v.InferOutput<typeof FailData>;

/** Fails for good with the code and message of its data, which must say nothing secret: the snapshot keeps them. */
export const fail = defineNode({
  metadata: { description: "Ends the workflow with an error of its own.", input: FailData },
  async executor({ code, message }) {
    throw new RefluxoError(code, message);
  },
});
