import { ExpressionError } from "./expression-error.ts";

/** Members by which JSONata tells functions and its own sequences: data that has one could pass for them. */
const reservedNames: readonly string[] = ["_jsonata_function", "_jsonata_lambda", "outerWrapper", "tupleStream"];

/** Under which a view knows what it shows; no expression can name a symbol. */
const shownKey = Symbol("shown");

/** The data behind a view; undefined for anything else. */
export function shownBy(value: object): object | undefined {
  const shown: unknown = Reflect.get(value, shownKey);
  return typeof shown === "object" && shown !== null ? shown : undefined;
}

/** Throws `expression.failed` when an object has a member that JSONata would take for a mark of its own. */
export function assertNoReservedName(value: object): void {
  for (const name of reservedNames) {
    if (Object.hasOwn(value, name)) throw new ExpressionError("expression.failed", `'${name}' is a reserved name`);
  }
}

/** Marks an object of our own making, whose members are made when they are asked for, as one that shows itself. */
export function showingItself<T extends object>(value: T): T {
  Reflect.set(value, shownKey, value);
  return value;
}

/**
 * Shows data to JSONata, which writes into arrays that it reads (`items[]`, `items{…}`) and into objects that `|…|…|`
 * finds. A view is a shallow copy of what it shows, made when it is reached and without a prototype, so data that is frozen
 * or shared stays as it is, and only what an expression looks at costs anything.
 */
export class DataViews {
  readonly #handler: ProxyHandler<object>;

  /** `stringify` makes the value that stands for a view in JSON, or throws when it is too large. */
  constructor(stringify: (data: object) => unknown) {
    this.#handler = {
      get: (target, key) => {
        const found: unknown = Reflect.get(target, key);
        if (found === undefined && key === "toJSON") return () => stringify(target);
        if (typeof found !== "object" || found === null || key === shownKey || shownBy(found) !== undefined)
          return found;
        const view = this.of(found);
        // JSONata pushes into an empty array that it groups: the next look must find it empty again.
        if (!Array.isArray(found) || found.length > 0) Reflect.set(target, key, view);
        return view;
      },
    };
  }

  /** A view of an object or array; anything else is returned as it is. */
  of(value: unknown): unknown {
    if (typeof value !== "object" || value === null || shownBy(value) !== undefined) return value;
    if ("toJSON" in value && typeof value.toJSON === "function") return this.of(value.toJSON(""));
    const copy: object = Array.isArray(value) ? value.slice() : copyObject(value);
    Reflect.set(copy, shownKey, value);
    return new Proxy(copy, this.#handler);
  }

  /**
   * An object of members of which there may be many: neither they nor their names are looked at before they are asked for.
   * Members are shown as they are made.
   */
  record(names: () => readonly string[], has: (name: string) => boolean, make: (name: string) => unknown): object {
    const made = new Map<string, unknown>();
    const get = (name: string) => {
      if (!made.has(name)) made.set(name, make(name));
      return made.get(name);
    };
    const isMember = (key: string | symbol) => typeof key === "string" && !reservedNames.includes(key) && has(key);
    const record: object = new Proxy<object>(Object.create(null), {
      get: (_target, key) => (key === shownKey ? record : isMember(key) ? get(String(key)) : undefined),
      has: (_target, key) => isMember(key),
      ownKeys: () => names().filter(isMember),
      getOwnPropertyDescriptor: (_target, key) =>
        isMember(key) ? { value: get(String(key)), enumerable: true, configurable: true, writable: true } : undefined,
    });
    return record;
  }
}

function copyObject(value: object): object {
  assertNoReservedName(value);
  // Spreading defines, and so makes a member named __proto__ one like any other.
  return { __proto__: null, ...value };
}
