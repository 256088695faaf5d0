import type { NodesDefinition } from "../engine/index.ts";
import { approval } from "./approval.ts";
import { wait } from "./wait.ts";

/** The built-in node types by name: one line each. Each keeps its own type, for `defineWorkflow`. */
export const nodes = {
  approval,
  wait,
} satisfies NodesDefinition;
