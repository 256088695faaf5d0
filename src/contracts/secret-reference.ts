import * as v from "valibot";
import { parse } from "./parse-error.ts";

const expected = "must be <scheme>:<name> or <scheme>:<name>#<field>, such as ssm:/orders/payment-key";
const pattern = /^([a-z][a-z0-9-]{0,31}):([\w./+=@:-]{1,2048})(?:#([^#\r\n]{1,256}))?$/;

/** Where a secret lies; `field` names a member of a secret that is a JSON object. */
export const SecretReference = v.pipe(
  v.string(expected),
  v.regex(pattern, expected),
  v.transform((text): { readonly scheme: string; readonly name: string; readonly field?: string } => {
    const [, scheme = "", name = "", field] = pattern.exec(text) ?? [];
    return { scheme, name, ...(field !== undefined && { field }) };
  }),
);
export type SecretReference = v.InferOutput<typeof SecretReference>;

/** Reads `ssm:/orders/key` or `secretsmanager:orders/payment#apiKey`; throws a `ParseError` that does not show the text. */
export function parseSecretReference(text: unknown): SecretReference {
  return parse(SecretReference, text, "the reference to a secret");
}
