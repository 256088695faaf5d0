import type { TriggerBindings } from "../contracts/trigger-bindings.ts";
import { parseWorkflowDefinition } from "../contracts/workflow-definition.ts";
import { RefluxoError, type WorkflowDefinition } from "../engine/index.ts";
import { namedChildren } from "../nodes/index.ts";

/**
 * Checks the JSON of every listed definition. Throws a `ParseError` that names the entry, the path and the reason,
 * and `workflows.duplicate-id` when two entries have one id.
 */
export function loadDefinitions(entries: Readonly<Record<string, unknown>>): readonly WorkflowDefinition[] {
  const byId = new Map<string, WorkflowDefinition>();
  for (const [entry, json] of Object.entries(entries)) {
    const definition = parseWorkflowDefinition(json, entry);
    if (byId.has(definition.id)) {
      throw new RefluxoError(
        "workflows.duplicate-id",
        `There are two workflow definitions with id "${definition.id}".`,
      );
    }
    byId.set(definition.id, definition);
  }
  return [...byId.values()];
}

/**
 * Returns the definitions; throws `workflows.unknown-definition` with every node that names a child definition which is
 * not among them. What an expression will name is known only when its node runs.
 */
export function checkChildren(definitions: readonly WorkflowDefinition[]): readonly WorkflowDefinition[] {
  const known = new Set(definitions.map(({ id }) => id));
  const unknown = definitions.flatMap(({ id, nodes }) =>
    nodes.flatMap((node) =>
      namedChildren(node)
        .filter(({ definitionId }) => !known.has(definitionId))
        .map(({ definitionId }) => `Node "${node.id}" of "${id}" starts "${definitionId}"`),
    ),
  );
  if (unknown.length === 0) return definitions;
  throw new RefluxoError(
    "workflows.unknown-definition",
    `${unknown.join("; ")}: there is no such workflow definition.`,
  );
}

/** Returns the bindings; throws `workflows.unknown-binding` when one starts a definition that is not listed. */
export function checkBindings(
  bindings: TriggerBindings,
  definitions: readonly Pick<WorkflowDefinition, "id">[],
): TriggerBindings {
  const known = new Set(definitions.map(({ id }) => id));
  for (const { definitionId } of [...bindings.objectCreated, ...bindings.schedules]) {
    if (!known.has(definitionId)) {
      throw new RefluxoError(
        "workflows.unknown-binding",
        `A trigger starts "${definitionId}", and there is no such workflow definition.`,
      );
    }
  }
  return bindings;
}
