import { EvaluationGuard } from "./evaluation-guard.ts";
import { ExpressionError } from "./expression-error.ts";
import type { Frame } from "./jsonata-types.ts";

/** The name under which an evaluation's frame holds its guard; no source can write it. */
export const guardName = "(guard";

/** Where the frame of an evaluation keeps it once it was found: a lookup walks over all frames between. */
const guardKey = Symbol("guard");

/** The guard of the evaluation that a frame belongs to. */
export function guardOf({ base, lookup }: Frame): EvaluationGuard {
  const known: unknown = Reflect.get(base, guardKey);
  if (known instanceof EvaluationGuard) return known;
  const guard = lookup(guardName);
  if (!(guard instanceof EvaluationGuard)) throw new ExpressionError("expression.failed", "an evaluation has no guard");
  Reflect.set(base, guardKey, guard);
  return guard;
}
