import { inputSchemaOf, type KnownSchema, outputSchemaOf } from "../workflow-schema/node-schemas.ts";
import { eachName } from "./expression-rules.ts";
import { type DefinitionPath, listNames } from "./finding.ts";
import { fieldOf, fieldsOf, jsonTypesOf, type RootedSchema, rootedIn } from "./read-schema.ts";
import { type LintSubject, type Rule, typeOf } from "./rule.ts";

/**
 * `output-input-mismatch`: an expression reads a field that the output schema of its node does not have, or hands on a
 * value of a type that the input schema of its own node does not take. Not judged is what JSON Schema does not say.
 */
export const outputInputMismatch: Rule = (subject) =>
  eachName(
    subject.expressions,
    ({ steps, isAll }, { node, path, isWhole }) => {
      const [root, id, view, ...fields] = steps;
      const output = root === "nodes" && view === "last" && id !== undefined ? outputOf(subject, id) : undefined;
      if (output === undefined) return undefined;
      let found: RootedSchema = output;
      for (const field of fields) {
        const next = fieldOf(found, field);
        if (next === "unknown") return undefined;
        if (next === "missing") return missing(id ?? "", field, fieldsOf(found));
        found = next;
      }
      if (!isAll || !isWhole) return undefined;
      return mismatch(found, inputAt(subject, node.type, path.slice(3)));
    },
    "output-input-mismatch",
  );

function missing(id: string, field: string, there: readonly string[]) {
  return {
    message: `the output of node '${id}' has no field '${field}' there`,
    fix: there.length === 0 ? "read a field that its output schema has" : `use ${listNames(there)}`,
  };
}

function mismatch(output: RootedSchema, input: RootedSchema | undefined) {
  const given = jsonTypesOf(output);
  const taken = input && jsonTypesOf(input);
  if (given === undefined || taken === undefined || given.some((type) => taken.includes(type))) return undefined;
  return {
    message: `the value is ${listNames(given)}, and the type of the node takes ${listNames(taken)} here`,
    fix: "convert it in the expression ($number, $string, …), or read another field",
  };
}

function outputOf({ definition, nodeTypes }: LintSubject, id: string): RootedSchema | undefined {
  const node = definition.nodes.find((candidate) => candidate.id === id);
  const schema = node && typeOf(nodeTypes, node.type)?.metadata?.output;
  const known = schema && outputSchemaOf(schema);
  if (node?.pauseTimeoutMs === undefined || known === undefined) return rooted(known);
  const { root, alternatives } = rootedIn(known, known);
  return { root, alternatives: [...alternatives, timedOut] };
}

/** What a node results in that was left by `timeout`, whatever its type. */
const timedOut: KnownSchema = {
  type: "object",
  properties: { timedOut: { type: "boolean" }, dueAt: { type: "number" } },
  additionalProperties: false,
};

function inputAt({ nodeTypes }: LintSubject, type: string, path: DefinitionPath): RootedSchema | undefined {
  const schema = typeOf(nodeTypes, type)?.metadata?.input;
  let found = schema && rooted(inputSchemaOf(schema));
  for (const key of path) {
    const next = found && fieldOf(found, String(key));
    found = typeof next === "object" ? next : undefined;
  }
  return found;
}

function rooted(schema: KnownSchema | undefined): RootedSchema | undefined {
  return schema && rootedIn(schema, schema);
}
