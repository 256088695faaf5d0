import type { Context, StepContext } from "../../src/engine/index.ts";
import { ExpressionEngine, type ExpressionLimits } from "../../src/expressions/index.ts";

/** What a test hands to a step; an empty workflow by default. */
export interface Given {
  readonly input?: unknown;
  readonly context?: Context;
  readonly globals?: unknown;
  readonly step?: Partial<StepContext>;
  readonly limits?: Partial<ExpressionLimits>;
  readonly clock?: () => number;
}

/** A step at the node `n`, version 3 of the workflow `w`. */
export function makeStep(step: Partial<StepContext> = {}): StepContext {
  return {
    workflowId: "w",
    nodeId: "n",
    version: 3,
    attempt: 1,
    startedAt: Date.UTC(2026, 10, 24, 12),
    stepKey: "w#n#0",
    attemptKey: "w#n#0#1",
    signal: new AbortController().signal,
    workflow: { id: "w", version: 3, tags: { order: "4711" } },
    resumeToken: async () => "token",
    ...step,
  };
}

/** Transforms data as a step would, in an engine of its own; the clock stands still unless another is given. */
export async function transform(data: unknown, given: Given = {}): Promise<unknown> {
  const { input, context = {}, globals, step, limits = {}, clock = () => 0 } = given;
  const engine = new ExpressionEngine({ clock, limits });
  return engine.transform(data, context, globals, makeStep({ ...(input !== undefined && { input }), ...step }));
}

/** What one expression comes to, as the member of an object; undefined when that is left out. */
export async function evaluate(source: string, given: Given = {}): Promise<unknown> {
  const data = await transform({ value: `{% ${source} %}` }, given);
  return typeof data === "object" && data !== null ? Reflect.get(data, "value") : undefined;
}

/** What an expression fails with, as `code: message`; throws when it does not fail. */
export async function failureOf(source: string, given: Given = {}): Promise<string> {
  let value: unknown;
  try {
    value = await evaluate(source, given);
  } catch (error) {
    if (error instanceof Error && "code" in error) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error(`It did not fail: ${JSON.stringify(value)}`);
}

/** Freezes data as the dispatcher does. */
export function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const item of Object.values(value)) frozen(item);
  return Object.freeze(value);
}
