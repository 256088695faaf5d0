import { DefinitionCatalog } from "../../dispatcher/index.ts";
import { StandardSchemaValidator } from "../../engine/index.ts";
import { ExpressionEngine } from "../../expressions/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WorkflowStore } from "../../ports/workflow-store.ts";
import type { Application } from "./aws-platform.ts";

/** The definitions of an application and of the workflows in its store; throws when one is not valid. */
export function createCatalog(application: Application, store: WorkflowStore, clock: Clock): DefinitionCatalog {
  return new DefinitionCatalog(store, application.workflows, {
    nodeDefinitions: application.nodeDefinitions,
    validator: new StandardSchemaValidator(),
    // The first of the transform engines: what it finds in data must come from the definition alone.
    transformEngines: [new ExpressionEngine({ clock: () => clock.now() })],
    clock: () => clock.now(),
  });
}
