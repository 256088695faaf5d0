import { type Context, lastOutput, type NodeResult, type StepContext } from "../engine/index.ts";
import type { DataViews } from "./data-views.ts";

/** What a step hands to its expressions. */
export interface ScopeParts {
  readonly context: Context;
  readonly globals: unknown;
  readonly step: StepContext | undefined;
}

/**
 * The root object of a step's expressions. It takes constant time: each part is made when an expression asks for it, and
 * a part that there is not is no member.
 */
export function createScope(views: DataViews, { context, globals, step }: ScopeParts): object {
  const declared = declaredOf(globals);
  return views.lazy({
    ...(step?.input !== undefined && { input: () => step.input }),
    nodes: () => createNodes(views, context),
    ...(step?.caughtError !== undefined && { error: () => step.caughtError }),
    ...(step?.compensates !== undefined && { compensates: () => step.compensates }),
    ...(step?.workflow !== undefined && { workflow: () => step.workflow }),
    ...(declared !== undefined && { globals: () => declared }),
  });
}

/** What the application declared for expressions: nothing else of `globals` is theirs to see. */
function declaredOf(globals: unknown): object | undefined {
  if (typeof globals !== "object" || globals === null || !Object.hasOwn(globals, "declared")) return undefined;
  const declared: unknown = Reflect.get(globals, "declared");
  return typeof declared === "object" && declared !== null ? declared : undefined;
}

function createNodes(views: DataViews, context: Context): object {
  return views.lazyRecord(
    () => Object.keys(context),
    (nodeId) => Object.hasOwn(context, nodeId),
    (nodeId) => createNode(views, context, nodeId),
  );
}

function createNode(views: DataViews, context: Context, nodeId: string): object {
  const results = context[nodeId] ?? [];
  const latest = results.at(-1);
  return views.lazy({
    last: () => lastOutput(context, nodeId),
    all: () => results.flatMap((result) => (result.error === undefined ? [result.output] : [])),
    ...(latest?.error !== undefined && { error: () => describeFailure(latest) }),
  });
}

/** Results that were stored before codes were kept have none. */
function describeFailure(result: NodeResult): object {
  const code: unknown = Reflect.get(result, "errorCode");
  return { ...(typeof code === "string" && { code }), message: result.error, attempts: result.attempt };
}
