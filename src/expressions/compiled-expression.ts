import { checkSyntaxTree } from "./check-syntax-tree.ts";
import type { EvaluationGuard } from "./evaluation-guard.ts";
import { ExpressionError, toExpressionError } from "./expression-error.ts";
import type { ExpressionLimits } from "./expression-limits.ts";
import { guardName } from "./frame-guard.ts";
import { type ParsedExpression, parseJsonata } from "./jsonata-types.ts";
import { followPath, notPlain, plainPathOf } from "./plain-path.ts";
import { rewriteSyntaxTree } from "./rewrite-syntax-tree.ts";
import { listSyntaxNodes } from "./syntax-nodes.ts";
import { toJson } from "./to-json.ts";
import { watchEvaluations } from "./watch-evaluations.ts";

/** What an expression comes to when it comes to nothing, JSONata's `undefined`. */
export const nothing: unique symbol = Symbol("nothing");

/** An expression that was parsed and checked once, and is evaluated as often as it is needed. */
export class CompiledExpression {
  readonly source: string;
  readonly #parsed: ParsedExpression;
  readonly #path: readonly string[] | undefined;
  #isReady = false;

  /** Throws `expression.syntax`, with JSONata's code and position where it has them. */
  constructor(source: string, limits: ExpressionLimits) {
    this.source = source;
    try {
      this.#parsed = parseJsonata(source, limits);
      const tree = this.#parsed.ast();
      const nodes = listSyntaxNodes(tree);
      checkSyntaxTree(nodes);
      this.#path = plainPathOf(tree);
      rewriteSyntaxTree(nodes);
    } catch (error) {
      const { message } = toExpressionError(error);
      throw new ExpressionError("expression.syntax", message);
    }
  }

  /** Evaluates to plain JSON or `nothing`. Rejects with an `ExpressionError`, or with `step.timeout`. */
  async evaluate(scope: object, guard: EvaluationGuard, natives: ReadonlyMap<string, unknown>): Promise<unknown> {
    guard.check();
    try {
      const found = this.#path === undefined ? notPlain : followPath(scope, this.#path);
      const result = found === notPlain ? await this.#evaluate(scope, guard, natives) : found;
      return result === undefined ? nothing : toJson(result, guard.limits.resultBytes);
    } catch (error) {
      guard.assertNotAborted();
      throw toExpressionError(error);
    } finally {
      guard.end();
    }
  }

  #evaluate(scope: object, guard: EvaluationGuard, natives: ReadonlyMap<string, unknown>): Promise<unknown> {
    this.#makeReady(natives);
    return this.#parsed.evaluate(scope, { [guardName]: guard });
  }

  #makeReady(natives: ReadonlyMap<string, unknown>): void {
    if (this.#isReady) return;
    for (const [name, native] of natives) this.#parsed.assign(name, native);
    watchEvaluations(this.#parsed);
    this.#isReady = true;
  }
}
