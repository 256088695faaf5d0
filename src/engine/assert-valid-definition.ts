import { listDataProblems } from "./data-problems.ts";
import type { NodesDefinition, WorkflowDefinition } from "./definition.ts";
import { listDefinitionProblems } from "./definition-problems.ts";
import { RefluxoError } from "./refluxo-error.ts";
import type { TransformEngine } from "./transform-engine.ts";

/**
 * Checks a definition against the node types that it uses: its graph, what transform engines say of its data, and once
 * that holds together, the data by the input schemas (see `listDataProblems`). Throws a `RefluxoError` with the code
 * `definition.invalid` whose message names everything that is wrong, separated by `; `.
 */
export function assertValidDefinition(
  definition: WorkflowDefinition,
  nodeDefinitions: NodesDefinition,
  transformEngines: readonly TransformEngine[] = [],
): void {
  const problems = listDefinitionProblems(definition, nodeDefinitions, transformEngines);
  if (typeof definition.id !== "string" || definition.id === "") problems.unshift("The definition has no id");
  throwProblems(problems);
  throwProblems(listDataProblems(definition.nodes, nodeDefinitions));
}

/** Throws `definition.invalid` with all problems in one message, unless there are none. */
export function throwProblems(problems: readonly string[]): void {
  if (problems.length > 0) throw new RefluxoError("definition.invalid", problems.join("; "));
}
