import type { StepContext } from "./definition.ts";
import type { Context } from "./snapshot.ts";

/** Rewrites a node's static data before it is validated, for instance by evaluating expressions in it. */
export interface TransformEngine {
  /** Gets what the engine before it made; the fourth argument is ours and carries the workflow's `input`. */
  transform(input: unknown, context: Context, globals?: unknown, step?: StepContext): Promise<unknown> | unknown;
  /** What is wrong with a node's data before anything runs, one sentence each; such a definition is refused. */
  problemsOf?(data: unknown): readonly string[];
}
