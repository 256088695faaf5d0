import type { Context, NodeResult } from "./snapshot.ts";

// Rules of a log, which is what lets a loop of 10,000 visits cost the same at each of them:
// 1. It grows at its end only. What was appended is never changed or taken away.
// 2. A context is a log and how much of it counts. So the contexts of one workflow share one log, and each stays as it is.
// 3. Who goes on from a context that was gone on from already begins a log of its own.

/** What one node has in a log. */
interface NodeLog {
  /** All of its results: first those of the base, then those that were appended. */
  results: NodeResult[] | undefined;
  /** Those of the base, which belong to somebody else; empty when it had none. */
  readonly base: readonly NodeResult[];
  readonly baseVisits: number;
  /** How long the log was before each of the results that were appended. */
  readonly places: number[];
  /** How many visits had ended with each of them. */
  readonly visits: number[];
  /** The list that was handed out last. */
  list: readonly NodeResult[];
}

const noResults: readonly NodeResult[] = [];

/** Whether a visit to a node ends with this result: by success, or by a failure that an edge caught. */
export function endsVisit({ error, caught }: NodeResult): boolean {
  return error === undefined || caught === true;
}

/** Results that were appended to a base, in order. */
export class ContextLog {
  readonly #base: Context;
  readonly #nodes = new Map<string, NodeLog>();
  #length = 0;
  #newestNodeId: string | undefined;
  #newest: NodeResult | undefined;

  /** The base is never changed, and must not change. */
  constructor(base: Context) {
    this.#base = base;
    for (const [nodeId, results] of Object.entries(base)) {
      const begun = { base: results, baseVisits: countEnded(results), list: results };
      this.#nodes.set(nodeId, { ...begun, results: undefined, places: [], visits: [] });
    }
  }

  /** Appends to the context of this length; false when another result stands there already. */
  append(length: number, nodeId: string, result: NodeResult): boolean {
    // A host applies the transition of a step to the snapshot that the step began with: the same result at the same place.
    if (length === this.#length - 1) return this.#newestNodeId === nodeId && this.#newest === result;
    if (length !== this.#length) return false;
    const known = this.#nodes.get(nodeId);
    if (known === undefined) this.#nodes.set(nodeId, beginNode(length, result));
    else appendTo(known, length, result);
    this.#newestNodeId = nodeId;
    this.#newest = result;
    this.#length += 1;
    return true;
  }

  /** Whether a node has a list in the context of this length; that of a base may be empty. */
  has(length: number, nodeId: string): boolean {
    const node = this.#nodes.get(nodeId);
    return node !== undefined && (node.base !== noResults || countBelow(node.places, length) > 0);
  }

  /** How many results a node has in the context of this length. */
  count(length: number, nodeId: string): number {
    const node = this.#nodes.get(nodeId);
    return node === undefined ? 0 : node.base.length + countBelow(node.places, length);
  }

  /** The result of a node at an index below its count. */
  at(nodeId: string, index: number): NodeResult | undefined {
    const node = this.#nodes.get(nodeId);
    return (node?.results ?? node?.base)?.[index];
  }

  /** How often a node was left in the context of this length. */
  visits(length: number, nodeId: string): number {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return 0;
    return node.visits[countBelow(node.places, length) - 1] ?? node.baseVisits;
  }

  /** The results of a node in the context of this length: a plain list, the same one for as long as it is as long. */
  list(length: number, nodeId: string): readonly NodeResult[] {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return noResults;
    const appended = countBelow(node.places, length);
    if (appended === 0 || node.results === undefined) return node.base;
    const count = node.base.length + appended;
    if (node.list.length !== count) node.list = node.results.slice(0, count);
    return node.list;
  }

  /** The context of this length, as a plain object. */
  whole(length: number): Context {
    const lists: [string, readonly NodeResult[]][] = [];
    for (const [nodeId, { places }] of this.#nodes) {
      if (countBelow(places, length) > 0) lists.push([nodeId, this.list(length, nodeId)]);
    }
    // fromEntries and spread define own properties, so no node id can reach a prototype (I17).
    return { ...this.#base, ...Object.fromEntries(lists) };
  }
}

/** Lists of one, since one that is pushed to is made for many; in a graph most nodes have one result. */
function beginNode(place: number, result: NodeResult): NodeLog {
  const visits = [endsVisit(result) ? 1 : 0];
  return { results: [result], base: noResults, baseVisits: 0, places: [place], visits, list: noResults };
}

function appendTo(node: NodeLog, place: number, result: NodeResult): void {
  node.results ??= [...node.base];
  node.results.push(result);
  node.visits.push((node.visits.at(-1) ?? node.baseVisits) + (endsVisit(result) ? 1 : 0));
  node.places.push(place);
}

/** How many visits ended with one of these results. */
export function countEnded(results: readonly NodeResult[]): number {
  return results.reduce((count, result) => (endsVisit(result) ? count + 1 : count), 0);
}

/** How many of these ascending places lie before the length; mostly all of them. */
function countBelow(places: readonly number[], length: number): number {
  const newest = places.at(-1);
  if (newest === undefined || newest < length) return places.length;
  let least = 0;
  let most = places.length - 1;
  while (least < most) {
    const middle = (least + most) >> 1;
    if ((places[middle] ?? length) < length) least = middle + 1;
    else most = middle;
  }
  return least;
}
