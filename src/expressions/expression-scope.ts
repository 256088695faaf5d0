import { type Context, lastOutput, type NodeResult, type StepContext } from "../engine/index.ts";
import { type DataViews, showingItself } from "./data-views.ts";

/** What a step hands to its expressions. */
export interface ScopeParts {
  readonly context: Context;
  readonly globals: unknown;
  readonly step: StepContext | undefined;
}

/**
 * The root object of a step's expressions. It takes constant time: each part is made when an expression asks for it. A part
 * that there is not comes to nothing.
 */
export function createScope(views: DataViews, { context, globals, step }: ScopeParts): object {
  let input: unknown;
  let nodes: object | undefined;
  return showingItself({
    __proto__: null,
    get input() {
      input ??= views.of(step?.input);
      return input;
    },
    get nodes() {
      nodes ??= createNodes(views, context);
      return nodes;
    },
    get error() {
      return views.of(step?.caughtError);
    },
    get compensates() {
      return views.of(step?.compensates);
    },
    get workflow() {
      return views.of(step?.workflow);
    },
    get globals() {
      return views.of(declaredOf(globals));
    },
  });
}

/** What the application declared for expressions: nothing else of `globals` is theirs to see. */
function declaredOf(globals: unknown): object | undefined {
  if (typeof globals !== "object" || globals === null || !Object.hasOwn(globals, "declared")) return undefined;
  const declared: unknown = Reflect.get(globals, "declared");
  return typeof declared === "object" && declared !== null ? declared : undefined;
}

function createNodes(views: DataViews, context: Context): object {
  return views.record(
    () => Object.keys(context),
    (nodeId) => Object.hasOwn(context, nodeId),
    (nodeId) => createNode(views, context, nodeId),
  );
}

function createNode(views: DataViews, context: Context, nodeId: string): object {
  const results = context[nodeId] ?? [];
  let last: unknown;
  let all: unknown;
  return showingItself({
    __proto__: null,
    get last() {
      last ??= views.of(lastOutput(context, nodeId));
      return last;
    },
    get all() {
      all ??= views.of(results.flatMap((result) => (result.error === undefined ? [result.output] : [])));
      return all;
    },
    get error() {
      return describeFailure(results.at(-1));
    },
  });
}

/** How a node failed last; undefined when it did not. Results that were stored before codes were kept have none. */
function describeFailure(result: NodeResult | undefined): object | undefined {
  if (result?.error === undefined) return undefined;
  const { errorCode: code } = result;
  return {
    __proto__: null,
    ...(code !== undefined && { code }),
    message: result.error,
    attempts: result.attempt,
  };
}
