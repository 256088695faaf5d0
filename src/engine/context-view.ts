import { ContextLog } from "./context-log.ts";
import type { Context, NodeResult } from "./snapshot.ts";

/** By what a view hands out its version; nobody else can name it. */
const versionKey: unique symbol = Symbol("context version");

/** By what Node's console asks a value how it is to be shown; it would look behind the view else. */
const inspectKey = Symbol.for("nodejs.util.inspect.custom");

/** One context of a log: the first so many of its results. */
export class ContextVersion {
  readonly #log: ContextLog;
  readonly #length: number;
  #whole: Context | undefined;

  constructor(log: ContextLog, length: number) {
    this.#log = log;
    this.#length = length;
  }

  /** The version that a view shows, or one that begins at a plain context. */
  static of(context: Context): ContextVersion {
    return versionOf(context) ?? new ContextVersion(new ContextLog(context), 0);
  }

  append(nodeId: string, result: NodeResult): ContextVersion {
    const isAppended = this.#log.append(this.#length, nodeId, result);
    if (isAppended) return new ContextVersion(this.#log, this.#length + 1);
    return new ContextVersion(new ContextLog(this.whole()), 0).append(nodeId, result);
  }

  has(nodeId: string): boolean {
    return this.#log.has(this.#length, nodeId);
  }

  count(nodeId: string): number {
    return this.#log.count(this.#length, nodeId);
  }

  /** The result of a node at an index below its count. */
  at(nodeId: string, index: number): NodeResult | undefined {
    return this.#log.at(nodeId, index);
  }

  visits(nodeId: string): number {
    return this.#log.visits(this.#length, nodeId);
  }

  /** The results of a node that has a list. */
  list(nodeId: string): readonly NodeResult[] {
    return this.#whole?.[nodeId] ?? this.#log.list(this.#length, nodeId);
  }

  /** All of it as a plain object; made when first asked for. */
  whole(): Context {
    this.#whole ??= this.#log.whole(this.#length);
    return this.#whole;
  }
}

/** What stands behind a view; the properties that the view shows, once it is frozen. */
class Viewed {
  readonly [nodeId: string]: readonly NodeResult[];
  readonly #version: ContextVersion;

  constructor(version: ContextVersion) {
    this.#version = version;
  }

  static versionOf(viewed: Viewed): ContextVersion {
    return viewed.#version;
  }

  /** Is called on the view, but looked up behind it. */
  [inspectKey](): Context {
    return ContextVersion.of(this).whole();
  }
}

/** The version that a context is a view of, or undefined when it is a plain object. */
export function versionOf(context: Context & { readonly [versionKey]?: ContextVersion }): ContextVersion | undefined {
  return context[versionKey];
}

/**
 * A version as a context: to all readers an object with a list for each node, which is made when it is read. It refuses
 * changes, and can be frozen. `structuredClone` refuses it, as every proxy: clone a copy, `{ ...context }`.
 */
export function viewOf(version: ContextVersion): Context {
  return new Proxy(new Viewed(version), handler);
}

const handler: ProxyHandler<Viewed> = {
  get(viewed, key, receiver): unknown {
    const version = Viewed.versionOf(viewed);
    if (key === versionKey) return version;
    if (typeof key === "string" && version.has(key)) return version.list(key);
    return Reflect.get(Object.prototype, key, receiver);
  },
  has: (viewed, key) =>
    (typeof key === "string" && Viewed.versionOf(viewed).has(key)) || Reflect.has(Object.prototype, key),
  ownKeys: (viewed) => Reflect.ownKeys(Viewed.versionOf(viewed).whole()),
  getOwnPropertyDescriptor: (viewed, key) =>
    Reflect.getOwnPropertyDescriptor(Object.isExtensible(viewed) ? Viewed.versionOf(viewed).whole() : viewed, key),
  getPrototypeOf: () => Object.prototype,
  setPrototypeOf: () => false,
  deleteProperty: () => false,
  // To freeze is to prevent extensions and then to define each property anew. All are frozen at once: one by one V8 would
  // copy the shape of the object for each of them.
  preventExtensions(viewed) {
    Object.setPrototypeOf(viewed, Object.prototype);
    Object.freeze(Object.defineProperties(viewed, Object.getOwnPropertyDescriptors(Viewed.versionOf(viewed).whole())));
    return true;
  },
  defineProperty: (viewed, key, descriptor) =>
    !Object.isExtensible(viewed) && Reflect.defineProperty(viewed, key, descriptor),
};
