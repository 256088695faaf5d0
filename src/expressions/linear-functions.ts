import { ExpressionError } from "./expression-error.ts";
import { type Focus, isJsonataFunction } from "./jsonata-types.ts";
import { toJson } from "./to-json.ts";

/**
 * JSONata's `*`, which copies what it has for each list that it meets, in linear time. Throws `expression.too-large` for
 * more than `maxLength` members.
 */
export function listMembers(focus: Focus, value: unknown, maxLength: number): unknown[] {
  if (typeof value !== "object" || value === null || isJsonataFunction(value)) return focus.createSequence();
  const members: readonly unknown[] = Object.values(value);
  const flat: unknown[] = [];
  for (const member of members) {
    if (Array.isArray(member)) for (const item of member.flat(Number.POSITIVE_INFINITY)) flat.push(item);
    else flat.push(member);
    if (flat.length > maxLength) throw new ExpressionError("expression.too-large", `'*' is over ${maxLength} members`);
  }
  // As in JSONata, what holds the items of a list is no sequence: one item stays in its list.
  return members.some(Array.isArray) ? flat : Object.assign(focus.createSequence(), flat);
}

/** JSONata's `$spread` in linear time, and without what functions are made of. */
export function spread(focus: Focus, value: unknown): unknown {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => spread(focus, item) ?? []);
  if (typeof value !== "object" || value === null) return value;
  if (isJsonataFunction(value)) return undefined;
  const parts = focus.createSequence();
  for (const [key, item] of Object.entries(value)) {
    const part = Object.create(null);
    part[key] = item;
    parts.push(part);
  }
  return parts;
}

/** JSONata's `$distinct`, which compares all with all, in linear time; objects are compared by up to `maxBytes` of JSON. */
export function distinct(focus: Focus, value: unknown, maxBytes: number): unknown {
  if (!Array.isArray(value) || value.length <= 1) return value;
  const isSequence = Reflect.get(value, "sequence") === true;
  const found: unknown[] = isSequence ? focus.createSequence() : [];
  const seen = new Set<unknown>();
  for (const item of value) {
    const key = isJsonataFunction(item) || typeof item !== "object" ? item : canonical(toJson(item, maxBytes));
    if (seen.has(key)) continue;
    seen.add(key);
    found.push(item);
  }
  return found;
}

/** A text that equal values share; no text of a value's own is like it. */
function canonical(value: unknown): string {
  const sorted = (_key: string, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item;
  return `\u0000${JSON.stringify(value, sorted)}`;
}

/** JSONata's `$sort` of numbers or of texts, in n log n; undefined for anything else. */
export function sort(items: unknown): unknown[] | undefined {
  if (!Array.isArray(items) || items.length <= 1) return undefined;
  const [first] = items;
  if (typeof first !== "number" && typeof first !== "string") return undefined;
  if (items.some((item: unknown) => typeof item !== typeof first)) return undefined;
  return [...items].sort((a, b) => (a > b ? 1 : a < b ? -1 : 0));
}
