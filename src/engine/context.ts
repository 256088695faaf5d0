import type { Context, NodeResult } from "./snapshot.ts";

const noResults: readonly NodeResult[] = [];

/** Every result of a node in order, empty when it never ran; own properties only, so a node may be called `toString`. */
export function resultsOf(context: Context, nodeId: string): readonly NodeResult[] {
  return Object.hasOwn(context, nodeId) ? (context[nodeId] ?? noResults) : noResults;
}

/** The output of the last successful result of a node, or undefined when it never succeeded. */
export function lastOutput(context: Context, nodeId: string): unknown {
  return resultsOf(context, nodeId).findLast((result) => result.error === undefined)?.output;
}

/** How often a node succeeded so far: the number of its next visit, counted from 0. */
export function countVisits(context: Context, nodeId: string): number {
  return resultsOf(context, nodeId).reduce((count, result) => (result.error === undefined ? count + 1 : count), 0);
}

/** A context with one more result; the lists of all other nodes are shared, not copied. */
export function appendResult(context: Context, nodeId: string, result: NodeResult): Context {
  return { ...context, [nodeId]: [...resultsOf(context, nodeId), result] };
}
