import {
  assertValidDefinition,
  type Context,
  type NodesDefinition,
  type StepContext,
  type TransformEngine,
  type WorkflowDefinition,
} from "../engine/index.ts";
import type { ExpressionEngine, ExpressionEngineOptions } from "./expression-engine.ts";
import { hasTemplate } from "./walk-data.ts";

/**
 * An `ExpressionEngine` that is loaded, and JSONata with it, when data first has an expression: most steps have none. It
 * cannot say at once what is wrong with the data of a definition; `check` says so.
 */
export class LazyExpressionEngine implements TransformEngine {
  readonly #options: ExpressionEngineOptions;
  #engine: Promise<ExpressionEngine> | undefined;

  constructor(options: ExpressionEngineOptions) {
    this.#options = options;
  }

  /** As `ExpressionEngine` does. */
  transform(input: unknown, context: Context, globals?: unknown, step?: StepContext): unknown {
    if (!hasTemplate(input)) return input;
    return this.#load().then((engine) => engine.transform(input, context, globals, step));
  }

  /** Checks a definition with its expressions, if it has any. Rejects with `definition.invalid`, as `assertValidDefinition` throws it. */
  async check(definition: WorkflowDefinition, nodeDefinitions: NodesDefinition): Promise<void> {
    if (!definition.nodes.some(({ data }) => hasTemplate(data))) return;
    assertValidDefinition(definition, nodeDefinitions, [await this.#load()]);
  }

  #load(): Promise<ExpressionEngine> {
    this.#engine ??= import("./expression-engine.ts").then(
      ({ ExpressionEngine }) => new ExpressionEngine(this.#options),
    );
    return this.#engine;
  }
}
