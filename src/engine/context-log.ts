import type { Context, NodeResult } from "./snapshot.ts";

// Rules of a log, which is what lets a loop of 10,000 visits cost the same at each of them:
// 1. It grows at its end only. What was appended is never changed or taken away.
// 2. A context is a log and how much of it counts. So the contexts of one workflow share one log, and each stays as it is.
// 3. Who goes on from a context that was gone on from already begins a log of its own.

/** What one node has in a log. */
interface NodeLog {
  /** All of its results: first those of the base, then those that were appended. */
  readonly results: NodeResult[];
  readonly baseCount: number;
  readonly baseVisits: number;
  /** How long the log was before each of the results that were appended. */
  readonly places: number[];
  /** How many visits had ended with each of them. */
  readonly visits: number[];
  /** The list that was handed out last. */
  list: readonly NodeResult[];
}

/** Whether a visit to a node ends with this result: by success, or by a failure that an edge caught. */
export function endsVisit({ error, caught }: NodeResult): boolean {
  return error === undefined || caught === true;
}

/** Results that were appended to a base, in order. */
export class ContextLog {
  readonly #base: Context;
  readonly #nodes = new Map<string, NodeLog>();
  #length = 0;
  #newest: { readonly nodeId: string; readonly result: NodeResult } | undefined;

  /** The base is never changed, and must not change. */
  constructor(base: Context) {
    this.#base = base;
  }

  /** Appends to the context of this length; false when another result stands there already. */
  append(length: number, nodeId: string, result: NodeResult): boolean {
    // A host applies the transition of a step to the snapshot that the step began with: the same result at the same place.
    if (length === this.#length - 1) return this.#newest?.nodeId === nodeId && this.#newest.result === result;
    if (length !== this.#length) return false;
    const node = this.#nodes.get(nodeId) ?? this.#begin(nodeId);
    node.visits.push((node.visits.at(-1) ?? node.baseVisits) + (endsVisit(result) ? 1 : 0));
    node.places.push(length);
    node.results.push(result);
    this.#newest = { nodeId, result };
    this.#length += 1;
    return true;
  }

  /** How many results a node has in the context of this length. */
  count(length: number, nodeId: string): number {
    const node = this.#nodes.get(nodeId);
    return node === undefined ? this.#baseOf(nodeId).length : node.baseCount + countBelow(node.places, length);
  }

  at(nodeId: string, index: number): NodeResult | undefined {
    return (this.#nodes.get(nodeId)?.results ?? this.#baseOf(nodeId))[index];
  }

  /** How often a node was left in the context of this length. */
  visits(length: number, nodeId: string): number {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return countEnded(this.#baseOf(nodeId));
    const appended = countBelow(node.places, length);
    return appended === 0 ? node.baseVisits : (node.visits[appended - 1] ?? 0);
  }

  /** The results of a node in the context of this length: a plain list, the same one for as long as it is as long. */
  list(length: number, nodeId: string): readonly NodeResult[] {
    const node = this.#nodes.get(nodeId);
    const count = this.count(length, nodeId);
    if (node === undefined || count === node.baseCount) return this.#baseOf(nodeId);
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

  #baseOf(nodeId: string): readonly NodeResult[] {
    return Object.hasOwn(this.#base, nodeId) ? (this.#base[nodeId] ?? []) : [];
  }

  #begin(nodeId: string): NodeLog {
    const list = this.#baseOf(nodeId);
    const begun = { results: [...list], baseCount: list.length, baseVisits: countEnded(list) };
    const node: NodeLog = { ...begun, places: [], visits: [], list };
    this.#nodes.set(nodeId, node);
    return node;
  }
}

/** How many visits ended with one of these results. */
export function countEnded(results: readonly NodeResult[]): number {
  return results.reduce((count, result) => (endsVisit(result) ? count + 1 : count), 0);
}

/** How many of these ascending places lie before the length; mostly all of them. */
function countBelow(places: readonly number[], length: number): number {
  if ((places.at(-1) ?? -1) < length) return places.length;
  let least = 0;
  let most = places.length - 1;
  while (least < most) {
    const middle = (least + most) >> 1;
    if ((places[middle] ?? length) < length) least = middle + 1;
    else most = middle;
  }
  return least;
}
