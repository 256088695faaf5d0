/**
 * A deep copy of plain data: arrays and plain objects are copied, everything else (functions, Dates, instances) is
 * shared. A node's own static data is small, so one copy per step is cheap, and code that changes what it is given
 * in place cannot reach the definition.
 */
export function copyData(value: unknown): unknown {
  return copy(value, new Map(), (copied) => copied);
}

/**
 * `copyData` of one value, again and again: what is to be copied is found out once. The value may be changed after; the
 * copies are of what it was.
 */
export function copierOf(value: unknown): () => unknown {
  if (!isTree(value, new Set())) return () => copyData(value);
  return compile(copyData(value));
}

/** A tree of lists and plain objects: nothing stands in it twice, and no key is one that an assignment would not define. */
function isTree(value: unknown, seen: Set<object>): boolean {
  if (!isObject(value)) return true;
  if (seen.has(value)) return false;
  seen.add(value);
  if (Array.isArray(value)) return value.every((item) => isTree(item, seen));
  if (!isPlainObject(value)) return true;
  return Object.entries(value).every(([key, item]) => key !== "__proto__" && isTree(item, seen));
}

/** Copies a tree by a copy of its own, which nobody else has: spread is fastest over what is not frozen. */
function compile(tree: unknown): () => unknown {
  if (Array.isArray(tree)) {
    const items: readonly unknown[] = tree;
    const makers = items.map(compile);
    return isFlat(items) ? () => items.slice() : () => makers.map((make) => make());
  }
  if (!isObject(tree) || !isPlainObject(tree)) return () => tree;
  const inner = Object.entries(tree).filter(([, item]) => isObject(item));
  if (inner.length === 0) return () => ({ ...tree });
  const makers = inner.map(([key, item]) => ({ key, make: compile(item) }));
  return () => {
    const copied: Record<string, unknown> = { ...tree };
    for (const { key, make } of makers) copied[key] = make();
    return copied;
  };
}

function isFlat(items: readonly unknown[]): boolean {
  return !items.some(isObject);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** A deep copy of plain data that nobody can change. */
export function frozenCopy(value: unknown): unknown {
  return copy(value, new Map(), Object.freeze);
}

function copy(value: unknown, copies: Map<object, unknown>, finish: (copied: object) => object): unknown {
  if (!isObject(value)) return value;
  if (copies.has(value)) return copies.get(value);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    copies.set(value, items);
    for (const item of value) items.push(copy(item, copies, finish));
    return finish(items);
  }
  if (!isPlainObject(value)) return value;
  const target = {};
  copies.set(value, target);
  for (const [key, item] of Object.entries(value)) {
    // Defining, unlike assigning, makes a key named __proto__ an ordinary property (I17).
    const property = { value: copy(item, copies, finish), writable: true, enumerable: true, configurable: true };
    Object.defineProperty(target, key, property);
  }
  return finish(target);
}

/** Whether an object is a literal or has no prototype, in whatever realm it was made. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
