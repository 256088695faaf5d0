import { certainIssues } from "./certain-issues.ts";
import type { Node, NodesDefinition } from "./definition.ts";
import { findNodeDefinition } from "./find-node-definition.ts";
import type { StandardSchemaIssue, StandardSchemaResult, StandardSchemaV1 } from "./standard-schema.ts";

/** What is wrong with the data of nodes, one sentence for each issue that `listDataIssues` finds. */
export function listDataProblems(nodes: readonly Node[], nodeDefinitions: NodesDefinition): string[] {
  return nodes.flatMap((node) =>
    listDataIssues(node, nodeDefinitions).map(
      (issue) => `Node '${node.id}' has data that its type '${node.type}' refuses: ${issue}`,
    ),
  );
}

/**
 * Why a node's type refuses its data by its input schema, a path and a reason each. Not judged, and so without issues,
 * are expressions, whose values nobody knows yet, schemas that answer later or throw, and the data of
 * a type that is not there.
 */
export function listDataIssues({ type, data }: Node, nodeDefinitions: NodesDefinition): string[] {
  const schema = findNodeDefinition(nodeDefinitions, type)?.metadata?.input;
  if (schema === undefined) return [];
  return certainIssues(validateNow(schema, data)?.issues ?? [], data).map(describe);
}

function validateNow(schema: StandardSchemaV1, data: unknown): StandardSchemaResult<unknown> | undefined {
  try {
    const result = schema["~standard"].validate(data);
    if (!(result instanceof Promise)) return result;
    // The step that validates for good hears of it.
    result.catch(() => undefined);
  } catch {
    // As above: a schema that throws fails the step, with its reason.
  }
  return undefined;
}

function describe({ message, path = [] }: StandardSchemaIssue): string {
  const keys = path.map((segment) => String(typeof segment === "object" ? segment.key : segment));
  return keys.length === 0 ? message : `${keys.join(".")}: ${message}`;
}
