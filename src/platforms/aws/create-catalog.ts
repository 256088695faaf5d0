import { DefinitionCatalog } from "../../dispatcher/index.ts";
import { StandardSchemaValidator, type TransformEngine } from "../../engine/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WorkflowStore } from "../../ports/workflow-store.ts";
import type { Application } from "./aws-platform.ts";

/**
 * The definitions of an application and of the workflows in its store; throws when one is not valid. Without transform
 * engines, as in the sweeper, it neither checks expressions nor can it run nodes that have them.
 */
export function createCatalog(
  application: Application,
  store: WorkflowStore,
  clock: Clock,
  transformEngines: readonly TransformEngine[] = [],
): DefinitionCatalog {
  return new DefinitionCatalog(store, application.workflows, {
    nodeDefinitions: application.nodeDefinitions,
    validator: new StandardSchemaValidator(),
    transformEngines,
    clock: () => clock.now(),
  });
}
