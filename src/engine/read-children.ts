import type { Node } from "./definition.ts";
import { findNonJson } from "./find-non-json.ts";
import { RefluxoError } from "./refluxo-error.ts";
import type { PauseChildren } from "./snapshot.ts";

/** The most children of one pause. */
export const maxChildren = 100_000;
/** The most children of one pause that run at the same time. */
export const maxChildConcurrency = 1_000;

/** Checks the children that a node asks for, which types cannot promise; throws the terminal `node.bad-children`. */
export function readChildren(children: unknown, node: Node): { readonly children?: PauseChildren } {
  if (children === undefined) return {};
  const { starts, maxConcurrency, toleratedFailures } = fieldsOf(children, node);
  if (!Array.isArray(starts) || starts.length === 0 || starts.length > maxChildren) {
    throw badChildren(node, `starts must be 1 to ${maxChildren} starts`);
  }
  for (const [index, start] of starts.entries()) assertStart(start, index, node);
  if (!isWhole(maxConcurrency, 1, maxChildConcurrency)) {
    throw badChildren(node, `maxConcurrency must be a whole number from 1 to ${maxChildConcurrency}`);
  }
  if (!isWhole(toleratedFailures, 0, maxChildren)) {
    throw badChildren(node, `toleratedFailures must be a whole number from 0 to ${maxChildren}`);
  }
  const lanes = Math.min(maxConcurrency, starts.length);
  return { children: { count: starts.length, lanes, toleratedFailures, starts } };
}

function fieldsOf(children: unknown, node: Node): Readonly<Record<string, unknown>> {
  if (typeof children !== "object" || children === null) throw badChildren(node, `they are a ${typeof children}`);
  return { ...children };
}

function assertStart(start: unknown, index: number, node: Node): void {
  const isStart = typeof start === "object" && start !== null && "definitionId" in start && "input" in start;
  if (!isStart || typeof start.definitionId !== "string") {
    throw badChildren(node, `starts[${index}] must be { definitionId, input }`);
  }
  const found = findNonJson(start.input);
  if (found !== undefined)
    throw badChildren(node, `starts[${index}].input is not JSON: ${found.reason} at ${found.path}`);
}

function isWhole(value: unknown, least: number, greatest: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= greatest;
}

function badChildren(node: Node, why: string): RefluxoError {
  return new RefluxoError("node.bad-children", `Node '${node.id}' asks for children that cannot be started: ${why}`);
}
