export type { BlobStore } from "../ports/blob-store.ts";
export type { NodeGlobals } from "../ports/node-globals.ts";
export { defineNode } from "./define-node.ts";
export { given } from "./given.ts";
export { mergeNodeTypes } from "./merge-node-types.ts";
export { type NamedChild, namedChildren } from "./named-children.ts";
export { readOutput } from "./read-output.ts";
export { nodes } from "./registry.ts";
