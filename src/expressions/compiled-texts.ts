import { CompiledTemplate } from "./compiled-template.ts";
import { ExpressionError } from "./expression-error.ts";
import { defaultExpressionLimits, type ExpressionLimits } from "./expression-limits.ts";
import { createNatives } from "./native-functions.ts";

/** Texts of definitions, each compiled once, and JSONata's own functions: the same for all engines with these limits. */
export class CompiledTexts {
  readonly limits: ExpressionLimits;
  readonly #templates = new Map<string, CompiledTemplate | ExpressionError>();
  #natives: Promise<ReadonlyMap<string, unknown>> | undefined;

  /** With the defaults for those limits that are absent. */
  constructor(limits: Partial<ExpressionLimits> = {}) {
    this.limits = { ...defaultExpressionLimits, ...limits };
  }

  /** A text that has expressions, or what is wrong with one of them. */
  compile(text: string): CompiledTemplate | ExpressionError {
    const known = this.#templates.get(text);
    if (known !== undefined) return known;
    const compiled = compile(text, this.limits);
    this.#templates.set(text, compiled);
    return compiled;
  }

  /** JSONata's built-in functions by name. */
  natives(): Promise<ReadonlyMap<string, unknown>> {
    this.#natives ??= createNatives(this.limits);
    return this.#natives;
  }
}

function compile(text: string, limits: ExpressionLimits): CompiledTemplate | ExpressionError {
  try {
    return new CompiledTemplate(text, limits);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}
