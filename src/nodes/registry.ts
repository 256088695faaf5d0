import type { NodesDefinition } from "../engine/index.ts";
import { approval } from "./approval.ts";
import { map } from "./map.ts";
import { parallel } from "./parallel.ts";
import { subWorkflow } from "./sub-workflow.ts";
import { wait } from "./wait.ts";

/** The built-in node types by name: one line each. */
export const nodes: NodesDefinition = {
  approval,
  map,
  parallel,
  "sub-workflow": subWorkflow,
  wait,
};
