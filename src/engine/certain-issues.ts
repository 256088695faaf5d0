import { hasExpression } from "./has-expression.ts";
import type { StandardSchemaIssue } from "./standard-schema.ts";

/**
 * Those issues of a node's data that stand whatever its expressions come to: at a place where there is none, nor anywhere
 * in it.
 */
export function certainIssues(issues: readonly StandardSchemaIssue[], data: unknown): readonly StandardSchemaIssue[] {
  return issues.filter(({ path = [] }) => !holdsExpression(path.reduce(memberOf, data)));
}

/** Whether an expression stands anywhere in some data. */
function holdsExpression(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return typeof data === "string" && hasExpression(data);
  return Object.values(data).some(holdsExpression);
}

/** Undefined for a member that is missing; a text has none, and stands for itself. */
function memberOf(data: unknown, segment: NonNullable<StandardSchemaIssue["path"]>[number]): unknown {
  if (typeof data !== "object" || data === null) return data;
  const key = typeof segment === "object" ? segment.key : segment;
  return Object.hasOwn(data, key) ? Reflect.get(data, key) : undefined;
}
