import { assertNoReservedName, shownBy } from "./data-views.ts";
import { ExpressionError } from "./expression-error.ts";
import { isJsonataFunction } from "./jsonata-types.ts";

/** How deep a result may nest: as deep as the engine lets a node's output nest. */
const maxDepth = 190;

/** What a copy may take, and what it has taken. */
interface CopyBudget {
  readonly maxBytes: number;
  bytes: number;
}

/**
 * Copies what an expression made to plain JSON: no views, no sequences, members without a value left out. Throws
 * `expression.not-json` for what JSON cannot say, and `expression.too-large` beyond `maxBytes` of JSON.
 */
export function toJson(value: unknown, maxBytes: number): unknown {
  return copy(value, { maxBytes, bytes: 0 }, 0);
}

function copy(value: unknown, budget: CopyBudget, depth: number): unknown {
  if (depth > maxDepth) throw new ExpressionError("expression.not-json", `it nests over ${maxDepth} levels`);
  switch (typeof value) {
    case "string":
      take(budget, jsonBytesOf(value, budget.maxBytes));
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new ExpressionError("expression.not-json", `${value} is not a JSON number`);
      take(budget, String(value).length);
      return value;
    case "boolean":
      take(budget, value ? 4 : 5);
      return value;
    case "object":
      if (value !== null) return copyObject(value, budget, depth);
      take(budget, 4);
      return null;
    default:
      throw new ExpressionError("expression.not-json", `a ${typeof value} is not JSON`);
  }
}

function copyObject(given: object, budget: CopyBudget, depth: number): unknown {
  if (isJsonataFunction(given)) throw new ExpressionError("expression.not-json", "a function is not JSON");
  const value = shownBy(given) ?? given;
  if ("toJSON" in value && typeof value.toJSON === "function") return copy(value.toJSON(""), budget, depth + 1);
  take(budget, 2);
  if (Array.isArray(value)) {
    return Array.from(value, (item: unknown, index) => {
      if (index > 0) take(budget, 1);
      return copy(item === undefined ? null : item, budget, depth + 1);
    });
  }
  assertNoReservedName(value);
  const copied: Record<string, unknown> = {};
  let isFirst = true;
  for (const key of Object.keys(value)) {
    const item: unknown = Reflect.get(value, key);
    if (item === undefined) continue;
    if (key === "__proto__") throw new ExpressionError("expression.not-json", "'__proto__' is a forbidden name");
    take(budget, jsonBytesOf(key, budget.maxBytes) + (isFirst ? 1 : 2));
    isFirst = false;
    copied[key] = copy(item, budget, depth + 1);
  }
  return copied;
}

function take(budget: CopyBudget, bytes: number): void {
  budget.bytes += bytes;
  if (budget.bytes > budget.maxBytes) {
    throw new ExpressionError("expression.too-large", `the value takes over ${budget.maxBytes} bytes of JSON`);
  }
}

/** The bytes of a text as JSON in UTF-8; of one that is longer than `maxBytes` in any case only its length. */
export function jsonBytesOf(text: string, maxBytes: number): number {
  if (text.length > maxBytes) return text.length;
  const json = JSON.stringify(text);
  let bytes = json.length;
  for (let index = 0; index < json.length; index++) {
    const code = json.charCodeAt(index);
    // A surrogate is one of two code units that make four bytes.
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
