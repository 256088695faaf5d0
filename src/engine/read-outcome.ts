import type { Node, NodeDefinition } from "./definition.ts";
import { findNonJson } from "./find-non-json.ts";
import { handlesOf } from "./handles-of.ts";
import { readChildren } from "./read-children.ts";
import { RefluxoError } from "./refluxo-error.ts";
import type { PauseChildren } from "./snapshot.ts";

/** How a node ended, after its outcome was checked: `data` is JSON, `nextHandle` is declared. */
export type NodeExit =
  | { readonly type: "left"; readonly data: unknown; readonly nextHandle?: string }
  | {
      readonly type: "paused";
      readonly data: unknown;
      readonly dueAt?: number;
      readonly children?: PauseChildren;
    };

/**
 * Checks what an executor resolved to, which types cannot promise for a user's code. Throws terminal errors:
 * `node.bad-outcome`, `node.data-not-json`, `node.bad-due-at`, `node.bad-children`, `node.handle-undeclared`.
 */
export function readOutcome(outcome: unknown, node: Node, definition: NodeDefinition): NodeExit {
  if (typeof outcome !== "object" || outcome === null) throw badOutcome(node, `returned ${nameOf(outcome)}`);
  const isPause = "__pause" in outcome && Boolean(outcome.__pause);
  if (!isPause && !("data" in outcome)) throw badOutcome(node, "returned an object without data");
  const data = readData("data" in outcome ? outcome.data : null, node);
  if (isPause) {
    const dueAt = readDueAt("dueAt" in outcome ? outcome.dueAt : undefined, node);
    return {
      type: "paused",
      data,
      ...dueAt,
      ...readChildren("children" in outcome ? outcome.children : undefined, node),
    };
  }
  const handle = "nextHandle" in outcome ? outcome.nextHandle : undefined;
  // The default exit is open even to a type that declares handles; a null handle means it too.
  if (handle === undefined || handle === null) return { type: "left", data };
  return { type: "left", data, nextHandle: readHandle(handle, node, definition) };
}

function nameOf(outcome: unknown): string {
  return outcome === undefined || outcome === null ? String(outcome) : `a ${typeof outcome}`;
}

function badOutcome(node: Node, what: string): RefluxoError {
  return new RefluxoError("node.bad-outcome", `Node '${node.id}' ${what}, but must return an object { data, … }`);
}

/** A node's data, null when undefined; throws `node.data-not-json`. */
export function readData(data: unknown, node: Node): unknown {
  if (data === undefined) return null;
  const found = findNonJson(data);
  if (found === undefined) return data;
  throw new RefluxoError(
    "node.data-not-json",
    `Node '${node.id}' returned data that is not JSON: ${found.reason} at ${found.path}`,
  );
}

function readDueAt(dueAt: unknown, node: Node): { readonly dueAt?: number } {
  if (dueAt === undefined) return {};
  if (typeof dueAt === "number" && Number.isFinite(dueAt)) return { dueAt };
  throw new RefluxoError("node.bad-due-at", `Node '${node.id}' paused until a dueAt that is not a finite number`);
}

function readHandle(handle: unknown, node: Node, definition: NodeDefinition): string {
  if (typeof handle !== "string") {
    throw new RefluxoError("node.handle-undeclared", `Node '${node.id}' left by a handle that is a ${typeof handle}`);
  }
  const handles = handlesOf(definition, node);
  if (handles === undefined || handles.includes(handle)) return handle;
  throw new RefluxoError(
    "node.handle-undeclared",
    `Node '${node.id}' left by the handle '${handle}', which its type '${node.type}' does not declare (${handles.join(", ")})`,
  );
}
