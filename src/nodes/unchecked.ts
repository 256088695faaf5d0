import * as v from "valibot";

/**
 * A list in an output that is the platform's own: taken as it is, since a list of children's results may have 100,000
 * items, and to check them one by one would only find our own mistakes.
 */
export function uncheckedList<TItem>() {
  return v.custom<readonly TItem[]>((value) => Array.isArray(value), "must be a list");
}

/** Values by name in such an output, taken as they are: valibot's own record drops names such as `constructor`. */
export function uncheckedRecord<TValue>() {
  return v.custom<Readonly<Record<string, TValue>>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "must be an object",
  );
}
