import type { TriggerBindings } from "../contracts/trigger-bindings.ts";
import type { NodesDefinition, WorkflowDefinition } from "../engine/index.ts";
import { mergeNodeTypes, nodes } from "../nodes/index.ts";
import type { Json } from "../ports/node-globals.ts";
import { checkGlobals } from "./check-globals.ts";
import * as definitions from "./definitions.ts";
import { globals as declaredGlobals } from "./globals.ts";
import { checkBindings, checkChildren, loadDefinitions } from "./load-definitions.ts";
import * as nodeTypes from "./node-types.ts";

/** Every workflow definition of this project (`definitions.ts`), checked. */
export const workflows: readonly WorkflowDefinition[] = checkChildren(loadDefinitions(definitions));

/** The project's own node types by name (`node-types.ts`). */
export const workflowNodes: NodesDefinition = nodeTypes;

/** Every node type that a definition may use: the built-in ones and the project's own. */
export const nodeDefinitions: NodesDefinition = mergeNodeTypes(nodes, workflowNodes);

/** What events that name no definition start: an object by its key, a schedule by its rule. */
export const bindings: TriggerBindings = checkBindings(
  {
    objectCreated: [
      { keyPrefix: "prices/", definitionId: "price-update" },
      { keySuffix: ".csv", definitionId: "csv-import" },
    ],
    schedules: [{ rule: "nightly-report", definitionId: "nightly-report" }],
  },
  workflows,
);

/** What expressions see as `globals` (`globals.ts`), frozen. */
export const globals: Readonly<Record<string, Json>> = checkGlobals(declaredGlobals);
