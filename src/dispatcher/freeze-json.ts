/**
 * Freezes a value that was parsed from JSON, all the way down. What is read from the store is shared by the steps of a
 * container, so a node that changes it in place has to fail, in whichever container it runs.
 */
export function freezeJson<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const item of Object.values(value)) freezeJson(item);
  return Object.freeze(value);
}
