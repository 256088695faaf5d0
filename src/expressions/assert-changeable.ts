import { shownBy } from "./data-views.ts";
import { ExpressionError } from "./expression-error.ts";
import { isJsonataFunction } from "./jsonata-types.ts";

/** `|…|…|` writes into what its pattern finds: that must be no function, no array's length and no data of the workflow. Throws otherwise. */
export function assertChangeable(result: unknown): void {
  if (result === undefined) return;
  const matches: readonly unknown[] = Array.isArray(result) ? result : [result];
  for (const match of matches) {
    const isObject = typeof match === "object" && match !== null && !Array.isArray(match);
    if (isObject && !isJsonataFunction(match) && shownBy(match) === undefined) continue;
    throw new ExpressionError("expression.failed", "'|…|…|' can change only objects of the value that it copies");
  }
}
