import { DefinitionCatalog } from "../../dispatcher/index.ts";
import { StandardSchemaValidator } from "../../engine/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { WorkflowStore } from "../../ports/workflow-store.ts";
import type { Application } from "./aws-platform.ts";

/** The definitions of an application and of the workflows in its store; throws when one is not valid. */
export function createCatalog(
  application: Application,
  store: WorkflowStore,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): DefinitionCatalog {
  return new DefinitionCatalog(store, application.workflows, {
    nodeDefinitions: application.nodeDefinitions,
    validator: new StandardSchemaValidator(),
    clock: () => clock.now(),
    random: () => random.fraction(),
  });
}
