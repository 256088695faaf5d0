import { type Context, RefluxoError, type StepContext, type TransformEngine } from "../engine/index.ts";
import { type CompiledExpression, nothing } from "./compiled-expression.ts";
import { CompiledTexts } from "./compiled-texts.ts";
import { DataViews } from "./data-views.ts";
import { EvaluationGuard } from "./evaluation-guard.ts";
import { ExpressionError } from "./expression-error.ts";
import type { ExpressionLimits } from "./expression-limits.ts";
import { createScope } from "./expression-scope.ts";
import { toJson } from "./to-json.ts";
import { type FillTemplate, fillTemplates, hasTemplate, leftOut, listTemplates } from "./walk-data.ts";

/** What an engine is made of. */
export interface ExpressionEngineOptions {
  /** The time in epoch ms, by which evaluations are timed. */
  readonly clock: () => number;
  /** The defaults for those that are absent. */
  readonly limits?: Partial<ExpressionLimits>;
  /** Shared with other engines, whose limits then hold for this one too; its own when absent. */
  readonly texts?: CompiledTexts;
}

/** What paths in errors begin with. */
const root = "data";

/**
 * Evaluates the JSONata expressions `{% … %}` in a node's data (docs/expressions.md). Each text is compiled once: texts
 * come from definitions and never from data, since what an expression comes to is not looked at again. So it must be the
 * first of the transform engines, that no other brings in texts from elsewhere.
 */
export class ExpressionEngine implements TransformEngine {
  readonly #clock: () => number;
  readonly #limits: ExpressionLimits;
  readonly #views: DataViews;
  readonly #texts: CompiledTexts;

  constructor({ clock, limits, texts = new CompiledTexts(limits) }: ExpressionEngineOptions) {
    this.#clock = clock;
    this.#texts = texts;
    this.#limits = texts.limits;
    this.#views = new DataViews((data) => toJson(data, this.#limits.valueBytes));
  }

  /** What is wrong with the expressions of a node's data, one sentence each. */
  problemsOf(data: unknown): readonly string[] {
    return listTemplates(data, root).flatMap(({ text, path }) => {
      const compiled = this.#texts.compile(text);
      return compiled instanceof ExpressionError ? [`${path}: ${compiled.message}`] : [];
    });
  }

  /**
   * The data with the values of its expressions; the same data when it has none. Rejects with a terminal `RefluxoError`
   * of a code `expression.…` that names node, path and expression, and with `step.timeout` when the signal aborts.
   */
  transform(input: unknown, context: Context, globals?: unknown, step?: StepContext): unknown {
    return hasTemplate(input) ? this.#evaluateAll(input, context, globals, step) : input;
  }

  async #evaluateAll(
    input: unknown,
    context: Context,
    globals: unknown,
    step: StepContext | undefined,
  ): Promise<unknown> {
    const natives = await this.#texts.natives();
    const scope = createScope(this.#views, { context, globals, step });
    const evaluate = (expression: CompiledExpression) => expression.evaluate(scope, this.#guard(step), natives);
    const fill: FillTemplate = async ({ text, path }, isMember) => {
      try {
        const template = this.#texts.compile(text);
        if (template instanceof ExpressionError) throw template;
        return readFilled(await template.fill(evaluate), text, isMember);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        const node = step?.nodeId === undefined ? "" : `Node '${step.nodeId}': `;
        throw new RefluxoError(error.code, `${node}${path}: ${error.message}`);
      }
    };
    return fillTemplates(input, root, fill);
  }

  #guard(step: StepContext | undefined): EvaluationGuard {
    return new EvaluationGuard({
      limits: this.#limits,
      now: this.#clock,
      signal: step?.signal,
      saidTime: step?.startedAt ?? this.#clock(),
    });
  }
}

/** As JSONata's own object constructor does, an object leaves out what comes to nothing. */
function readFilled(value: unknown, text: string, isMember: boolean): unknown {
  if (value !== nothing) return value;
  if (isMember) return leftOut;
  throw new ExpressionError("expression.nothing", `${text.trim()}: it comes to nothing, where there must be a value`);
}
