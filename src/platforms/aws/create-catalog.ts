import { DefinitionCatalog } from "../../dispatcher/index.ts";
import { StandardSchemaValidator, type TransformEngine } from "../../engine/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { WorkflowStore } from "../../ports/workflow-store.ts";
import type { Application } from "./aws-platform.ts";

/** What a catalog's engines are made with. */
export interface CatalogParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Without any, as in the sweeper, expressions are neither checked nor evaluated. */
  readonly transformEngines?: readonly TransformEngine[];
}

/** The definitions of an application and of the workflows in its store; throws when one is not valid. */
export function createCatalog(
  application: Application,
  store: WorkflowStore,
  { clock, random, transformEngines = [] }: CatalogParts,
): DefinitionCatalog {
  return new DefinitionCatalog(store, application.workflows, {
    nodeDefinitions: application.nodeDefinitions,
    validator: new StandardSchemaValidator(),
    transformEngines,
    clock: () => clock.now(),
    random: () => random.fraction(),
  });
}
