/**
 * What of a node's static data a schema looks at first: the keys and the kinds of values, not the values. Two values of
 * one shape have the same text. A list's shape is that of its elements, each once, whatever its length.
 */
export function dataShape(data: unknown): string {
  if (Array.isArray(data)) return `[${[...new Set(data.map(dataShape))].sort().join("|")}]`;
  if (data === null) return "null";
  if (typeof data !== "object") return typeof data;
  const fields = Object.entries(data).map(([key, value]) => `${JSON.stringify(key)}:${dataShape(value)}`);
  return `{${fields.sort().join(",")}}`;
}
