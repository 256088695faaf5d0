import { StandardSchemaValidator, type ValidationError } from "../engine/index.ts";
import type { Outcome } from "./outcome.ts";
import type { WorkflowState } from "./workflow-state.ts";

/** A payload may break a rule in each of its many parts; an answer names the first. */
const maxProblems = 20;
const maxTextLength = 300;

/**
 * Refuses a payload that the type of the paused node does not take; undefined when it fits or the type does not say.
 * Throws what the schema throws.
 */
export async function refusePayload(
  { definition, snapshot }: Pick<WorkflowState, "definition" | "snapshot">,
  payload: unknown,
): Promise<(Outcome & { readonly type: "refused" }) | undefined> {
  const nodeId = snapshot.pause?.nodeId ?? snapshot.currentNodeId;
  const schema = definition.payloadSchemaOf(nodeId);
  if (schema === undefined) return undefined;
  const { valid, errors = [] } = await new StandardSchemaValidator().validate(payload, schema);
  if (valid) return undefined;
  const problems = errors.slice(0, maxProblems).map(shorten);
  return {
    type: "refused",
    code: "invalid",
    reason: problems.map(({ path, message }) => `payload${path === "root" ? "" : `.${path}`}: ${message}`).join("; "),
    loggable: `The payload is none that node '${nodeId}' takes`,
    problems,
  };
}

/** Valibot ends some messages with what it received; a payload has no business in a reason (I16). */
function shorten({ path, message }: ValidationError): ValidationError {
  const text = message.replace(/ but received [\s\S]*$/, "");
  return { path: path.slice(0, maxTextLength), message: text.slice(0, maxTextLength) };
}
