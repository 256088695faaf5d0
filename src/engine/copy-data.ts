/**
 * A deep copy of plain data: arrays and plain objects are copied, everything else (functions, Dates, instances) is
 * shared. A node's own static data is small, so one copy per step is cheap, and code that changes what it is given
 * in place cannot reach the definition.
 */
export function copyData(value: unknown): unknown {
  return copy(value, new Map(), (copied) => copied);
}

/** A deep copy of plain data that nobody can change. */
export function frozenCopy(value: unknown): unknown {
  return copy(value, new Map(), Object.freeze);
}

function copy(value: unknown, copies: Map<object, unknown>, finish: (copied: object) => object): unknown {
  if (typeof value !== "object" || value === null) return value;
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
