import type { WorkflowDefinition } from "../../contracts/workflow-definition.ts";
import { DefinitionCatalog } from "../../dispatcher/index.ts";
import { type NodesDefinition, StandardSchemaValidator, type TransformEngine } from "../../engine/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { WorkflowStore } from "../../ports/workflow-store.ts";
import type { Application } from "./aws-platform.ts";

/** What a catalog's engines are made with. */
export interface CatalogParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Without any, as in the sweeper, expressions are neither checked nor evaluated. */
  readonly expressions?: TransformEngine & {
    check(workflow: WorkflowDefinition, nodeDefinitions: NodesDefinition): Promise<void>;
  };
}

/**
 * The definitions of an application and of the workflows in its store; throws when one is not valid. Expressions are
 * checked before the first workflow of a container starts with their definition: to compile them all would take longer
 * than the rest of a cold start.
 */
export function createCatalog(
  application: Application,
  store: WorkflowStore,
  { clock, random, expressions }: CatalogParts,
): DefinitionCatalog {
  const { workflows, nodeDefinitions } = application;
  return new DefinitionCatalog(store, workflows, {
    nodeDefinitions,
    validator: new StandardSchemaValidator(),
    ...(expressions && {
      transformEngines: [expressions],
      checkBeforeUse: (workflow: WorkflowDefinition) => expressions.check(workflow, nodeDefinitions),
    }),
    clock: () => clock.now(),
    random: () => random.fraction(),
  });
}
