import { CompiledExpression, nothing } from "./compiled-expression.ts";
import { ExpressionError, shorten } from "./expression-error.ts";
import type { ExpressionLimits } from "./expression-limits.ts";
import { parseTemplate } from "./parse-template.ts";
import { jsonBytesOf } from "./to-json.ts";

/** A part of a text that is ready, or the whole of it. */
type Part = string | CompiledExpression;

/** The most characters of an expression that an error quotes. */
const maxQuoteLength = 200;

/** A text with expressions, compiled once. */
export class CompiledTemplate {
  readonly #parts: readonly Part[];
  readonly #isWhole: boolean;
  readonly #maxBytes: number;

  /** Throws `expression.syntax`, whose message quotes the expression. */
  constructor(text: string, limits: ExpressionLimits) {
    const { parts, isWhole } = quoting(text.trim(), () => parseTemplate(text));
    this.#isWhole = isWhole;
    this.#maxBytes = limits.resultBytes;
    this.#parts = parts.map((part) =>
      part.type === "text"
        ? part.text
        : quoting(`{% ${part.source} %}`, () => new CompiledExpression(part.source, limits)),
    );
  }

  /**
   * The value of the one expression, with its type, or the text with all values written into it; `nothing` for one
   * expression that comes to nothing. Rejects with an `ExpressionError` whose message quotes the expression.
   */
  async fill(evaluate: (expression: CompiledExpression) => Promise<unknown>): Promise<unknown> {
    let text = "";
    let bytes = 0;
    for (const part of this.#parts) {
      if (typeof part === "string") {
        text += part;
        continue;
      }
      const quote = `{% ${part.source} %}`;
      const value = await quotingLater(quote, () => evaluate(part));
      if (this.#isWhole) return value;
      const written = quoting(quote, () => write(value));
      text += written;
      bytes += jsonBytesOf(written, this.#maxBytes);
      if (bytes > this.#maxBytes) quoting(quote, () => refuseSize(this.#maxBytes));
    }
    return text;
  }
}

/** How a value stands within a text: a text as it is, anything else as JSON. */
function write(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === nothing) throw new ExpressionError("expression.nothing", "it comes to nothing, within a text");
  return JSON.stringify(value);
}

function refuseSize(maxBytes: number): never {
  throw new ExpressionError("expression.too-large", `the text takes over ${maxBytes} bytes of JSON`);
}

function quoting<T>(quote: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withQuote(quote, error);
  }
}

async function quotingLater<T>(quote: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withQuote(quote, error);
  }
}

/** Errors that are none of the expression's are handed on. */
function withQuote(quote: string, error: unknown): unknown {
  if (!(error instanceof ExpressionError)) return error;
  return new ExpressionError(error.code, `${shorten(quote, maxQuoteLength)}: ${error.message}`);
}
