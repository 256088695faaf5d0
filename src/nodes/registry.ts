import type { NodesDefinition } from "../engine/index.ts";
import { approval } from "./approval.ts";
import { wait } from "./wait.ts";

/** The built-in node types by name: one line each. */
export const nodes: NodesDefinition = {
  approval,
  wait,
};
