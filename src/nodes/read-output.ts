import type * as v from "valibot";
import { parse } from "../contracts/parse-error.ts";
import { type Context, lastOutput, RefluxoError } from "../engine/index.ts";

/**
 * The last output of an earlier node, checked against a schema. Throws a terminal error when that node has no
 * result, and a `ParseError` when the result has another shape: both mean that the definition is wired wrongly.
 */
export function readOutput<TSchema extends v.GenericSchema>(
  schema: TSchema,
  context: Context,
  nodeId: string,
): v.InferOutput<TSchema> {
  const output = lastOutput(context, nodeId);
  if (output === undefined) throw new RefluxoError("node.no-output", `Node "${nodeId}" has no result yet.`);
  return parse(schema, output, `context.${nodeId}`);
}
