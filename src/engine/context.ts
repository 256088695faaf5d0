import type { CaughtError } from "./definition.ts";
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

/** The failure that a node's last result is, or undefined when that is a success or there is none. */
export function lastError(context: Context, nodeId: string): CaughtError | undefined {
  const last = resultsOf(context, nodeId).at(-1);
  return last === undefined ? undefined : errorOf(nodeId, last);
}

/** The failure that a result is, or undefined when it is a success. */
export function errorOf(nodeId: string, { error, errorCode = "error", attempt }: NodeResult): CaughtError | undefined {
  return error === undefined ? undefined : { nodeId, code: errorCode, message: error, attempts: attempt };
}

/** How often a node was left so far, by success or by a caught failure: the number of its next visit, counted from 0. */
export function countVisits(context: Context, nodeId: string): number {
  return resultsOf(context, nodeId).reduce((count, result) => (endsVisit(result) ? count + 1 : count), 0);
}

/** The result that a visit to a node ended with (counted from 0), or undefined when there was no such visit. */
export function resultOfVisit(context: Context, nodeId: string, visit: number): NodeResult | undefined {
  let left = visit;
  return resultsOf(context, nodeId).find((result) => endsVisit(result) && left-- === 0);
}

function endsVisit({ error, caught }: NodeResult): boolean {
  return error === undefined || caught === true;
}

/** A context with one more result; the lists of all other nodes are shared, not copied. */
export function appendResult(context: Context, nodeId: string, result: NodeResult): Context {
  return { ...context, [nodeId]: [...resultsOf(context, nodeId), result] };
}
