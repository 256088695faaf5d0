/** The years that the simulated clock may show; nothing else in a test is from then. */
const simulated = { from: Date.UTC(2100, 0, 1), to: Date.UTC(2200, 0, 1) };
const instant = /\b21\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g;

/** The text of a JSON value with its keys sorted and every simulated time masked, so that runs at other times compare. */
export function maskTimes(value: unknown): string {
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "number" && item >= simulated.from && item < simulated.to) return "<time>";
    if (typeof item === "string") return item.replaceAll(instant, "<time>");
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return text ?? "undefined";
}
