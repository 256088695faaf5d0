import * as v from "valibot";

/**
 * Names a JSON document under `incoming/` in the payload bucket: an input or a payload that is too large for its
 * channel. It is read, and copied, when the command is carried out.
 */
export const IncomingObject = v.strictObject({
  key: v.pipe(
    v.string(),
    v.maxBytes(1024, "must be at most 1024 bytes"),
    v.regex(
      /^incoming\/[\w.!*'()/-]+$/,
      "must begin with incoming/ and have letters, digits and . _ ! * ' ( ) / - only",
    ),
    v.check((key) => !key.split("/").some((part) => part === "." || part === ".."), "must not have . or .. as a part"),
  ),
});
export type IncomingObject = v.InferOutput<typeof IncomingObject>;
