import { countEnded, endsVisit } from "./context-log.ts";
import { ContextVersion, versionOf, viewOf } from "./context-view.ts";
import type { CaughtError } from "./definition.ts";
import type { Context, NodeResult } from "./snapshot.ts";

/**
 * How many nodes, and results of one node, a context may have that is copied for each result. That is the fastest as
 * long as there are few; what is larger becomes a view of a log (`viewOf`), to which another result costs always the same.
 */
const mostCopied = 32;

const noResults: readonly NodeResult[] = [];

/** Every result of a node in order, empty when it never ran; own properties only, so a node may be called `toString`. */
export function resultsOf(context: Context, nodeId: string): readonly NodeResult[] {
  return Object.hasOwn(context, nodeId) ? (context[nodeId] ?? noResults) : noResults;
}

/** How many results a node has; constant time, as `resultAt` is. */
export function countResults(context: Context, nodeId: string): number {
  return versionOf(context)?.count(nodeId) ?? resultsOf(context, nodeId).length;
}

/** The result of a node at an index below its count; constant time. */
export function resultAt(context: Context, nodeId: string, index: number): NodeResult | undefined {
  const version = versionOf(context);
  return version === undefined ? resultsOf(context, nodeId)[index] : version.at(nodeId, index);
}

/** The newest result of a node, or undefined when it never ran. */
export function lastResult(context: Context, nodeId: string): NodeResult | undefined {
  return resultAt(context, nodeId, countResults(context, nodeId) - 1);
}

/** The output of the last successful result of a node, or undefined when it never succeeded. */
export function lastOutput(context: Context, nodeId: string): unknown {
  for (let index = countResults(context, nodeId) - 1; index >= 0; index--) {
    const result = resultAt(context, nodeId, index);
    if (result?.error === undefined) return result?.output;
  }
  return undefined;
}

/** The failure that a node's last result is, or undefined when that is a success or there is none. */
export function lastError(context: Context, nodeId: string): CaughtError | undefined {
  const last = lastResult(context, nodeId);
  return last === undefined ? undefined : errorOf(nodeId, last);
}

/** The failure that a result is, or undefined when it is a success. */
export function errorOf(nodeId: string, { error, errorCode = "error", attempt }: NodeResult): CaughtError | undefined {
  return error === undefined ? undefined : { nodeId, code: errorCode, message: error, attempts: attempt };
}

/** How often a node was left so far, by success or by a caught failure: the number of its next visit, counted from 0. */
export function countVisits(context: Context, nodeId: string): number {
  return versionOf(context)?.visits(nodeId) ?? countEnded(resultsOf(context, nodeId));
}

/** The result that a visit to a node ended with (counted from 0), or undefined when there was no such visit. */
export function resultOfVisit(context: Context, nodeId: string, visit: number): NodeResult | undefined {
  let left = visit;
  return resultsOf(context, nodeId).find((result) => endsVisit(result) && left-- === 0);
}

/** A context with one more result; the lists of all other nodes are shared, not copied. */
export function appendResult(context: Context, nodeId: string, result: NodeResult): Context {
  if (versionOf(context) === undefined) {
    const results = resultsOf(context, nodeId);
    const isSmall = results.length < mostCopied && Object.keys(context).length < mostCopied;
    if (isSmall) return withList(context, nodeId, results.length === 0 ? [result] : [...results, result]);
  }
  return viewOf(ContextVersion.of(context).append(nodeId, result));
}

function withList(context: Context, nodeId: string, list: readonly NodeResult[]): Context {
  // To assign is faster than a computed key, but would not define this one (I17).
  if (nodeId === "__proto__") return { ...context, [nodeId]: list };
  const next: Record<string, readonly NodeResult[]> = { ...context };
  next[nodeId] = list;
  return next;
}

/**
 * A context with more results, in order; the time is linear in their number and the context's. Always a plain object: who
 * folds keeps and freezes what comes of it, and to freeze a view of many nodes takes several times as long.
 */
export function appendResults(
  context: Context,
  added: readonly { readonly nodeId: string; readonly result: NodeResult }[],
): Context {
  const lists = new Map<string, NodeResult[]>();
  for (const { nodeId, result } of added) {
    const known = lists.get(nodeId);
    if (known === undefined) lists.set(nodeId, [...resultsOf(context, nodeId), result]);
    else known.push(result);
  }
  // fromEntries and spread define own properties, so no node id can reach a prototype (I17).
  return { ...context, ...Object.fromEntries(lists) };
}
