import { type DefineNode, defineNodeWith } from "../engine/index.ts";
import type { NodeGlobals } from "../ports/node-globals.ts";

/** The engine's `defineNode`, for executors whose `globals` are what every platform hands in. */
export const defineNode: DefineNode<NodeGlobals> = defineNodeWith<NodeGlobals>();
