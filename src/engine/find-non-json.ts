/**
 * How deep a stored value may nest: 10 levels less than untrusted JSON may, so that a transition or a snapshot around
 * it still parses.
 */
export const maxDataDepth = 190;

/** Where in a value something stands that JSON would lose or refuse (`$.a[1]`), and what it is. */
export interface NonJson {
  readonly path: string;
  readonly reason: string;
}

/**
 * Finds the first thing in a value that would not survive JSON, or undefined. Allowed although JSON changes them:
 * `toJSON` (a Date becomes its text), undefined (left out of objects, null in arrays), instances of own classes (their
 * fields). Refused: functions, symbols, BigInt, NaN and infinities, cycles, nesting over 190 levels, `__proto__` keys
 * (I17), built-ins that JSON empties (Map, Set, Promise, Error, …), values whose getters throw.
 */
export function findNonJson(value: unknown): NonJson | undefined {
  if (isPlainJson(value, 0)) return undefined;
  const found = search(value, new Set());
  return found === undefined ? undefined : { path: `$${found.segments.reverse().join("")}`, reason: found.reason };
}

/**
 * Whether a value is JSON beyond doubt: made of lists and objects without tricks. What is not, or nests so deep that it may be a
 * cycle, is for `search` to judge.
 */
function isPlainJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || (depth < maxDataDepth && isPlainContainer(value, depth));
    default:
      return false;
  }
}

function isPlainContainer(value: object, depth: number): boolean {
  try {
    if ("toJSON" in value) return false;
    return Array.isArray(value) ? isPlainList(value, depth) : isRecord(value) && isPlainRecord(value, depth);
  } catch {
    return false;
  }
}

function isPlainList(items: readonly unknown[], depth: number): boolean {
  for (let index = 0; index < items.length; index++) if (!isPlainJson(items[index], depth + 1)) return false;
  return true;
}

function isPlainRecord(record: Readonly<Record<string, unknown>>, depth: number): boolean {
  for (const key in record) if (key === "__proto__" || !isPlainJson(record[key], depth + 1)) return false;
  return true;
}

/** Whether a value has no content but its properties: no tag of its own, as a Map has one. */
function isRecord(value: object): value is Readonly<Record<string, unknown>> {
  return tagOf(value) === "[object Object]";
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value);
}

/** The path is written down on the way out only, so that plain data costs no text. */
interface Finding {
  readonly segments: string[];
  readonly reason: string;
}

function finding(reason: string): Finding {
  return { segments: [], reason };
}

function search(value: unknown, ancestors: Set<object>): Finding | undefined {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? undefined : finding(String(value));
    case "bigint":
      return finding("BigInt");
    case "function":
    case "symbol":
      return finding(typeof value);
    case "object":
      return value === null ? undefined : searchObject(value, ancestors);
    default:
      return undefined;
  }
}

function searchObject(value: object, ancestors: Set<object>): Finding | undefined {
  if (ancestors.has(value)) return finding("a cycle");
  if (ancestors.size >= maxDataDepth) return finding(`nesting over ${maxDataDepth} levels`);
  ancestors.add(value);
  let found: Finding | undefined;
  try {
    found = searchContent(value, ancestors);
  } catch {
    // A getter, a toJSON or a proxy trap threw: JSON.stringify would throw the same.
    found = finding("a value that throws when it is read");
  }
  ancestors.delete(value);
  return found;
}

function searchContent(value: object, ancestors: Set<object>): Finding | undefined {
  if ("toJSON" in value && typeof value.toJSON === "function") return search(value.toJSON(""), ancestors);
  if (Array.isArray(value)) return searchItems(value, ancestors);
  const tag = tagOf(value).slice(8, -1);
  return tag === "Object" ? searchProperties(value, ancestors) : finding(tag);
}

function searchItems(items: readonly unknown[], ancestors: Set<object>): Finding | undefined {
  for (let index = 0; index < items.length; index++) {
    const found = search(items[index], ancestors);
    if (found === undefined) continue;
    found.segments.push(`[${index}]`);
    return found;
  }
  return undefined;
}

function searchProperties(value: object, ancestors: Set<object>): Finding | undefined {
  for (const key of Object.keys(value)) {
    const found = key === "__proto__" ? finding("a forbidden key") : search(Reflect.get(value, key), ancestors);
    if (found === undefined) continue;
    found.segments.push(/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);
    return found;
  }
  return undefined;
}
