import { EvaluationGuard } from "./evaluation-guard.ts";
import { ExpressionError } from "./expression-error.ts";
import type { ExpressionLimits } from "./expression-limits.ts";
import { type Focus, type Frame, type NativeFunction, parseJsonata } from "./jsonata-types.ts";
import { listMembers } from "./linear-functions.ts";
import { nativeNames, wildcardName } from "./native-names.ts";
import { replacements } from "./native-replacements.ts";

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

/** JSONata's built-in functions by name, each made safe for data and definitions that are not well-meant. */
export async function createNatives(limits: ExpressionLimits): Promise<ReadonlyMap<string, unknown>> {
  const natives = await Promise.all(
    nativeNames.map(async (name): Promise<[string, unknown]> => {
      const native = await readNative(name, limits);
      // JSONata's $now closes over a time of its own; the same text is made by $fromMillis.
      const { implementation } = name === "now" ? await readNative("fromMillis", limits) : native;
      return [name, guarded(name, { ...native, implementation })];
    }),
  );
  const unsigned = { implementation: callWildcard, signature: undefined };
  return new Map([...natives, [wildcardName, guarded(wildcardName, unsigned)], ["eval", undefined]]);
}

function callWildcard(this: Focus, value: unknown): unknown {
  return listMembers(this, value, guardOf(this.environment).limits.sequenceLength);
}

/** The one way to JSONata's own function is an expression that names it. */
async function readNative(name: string, limits: ExpressionLimits): Promise<NativeFunction> {
  const native = await parseJsonata(`$${name}`, limits).evaluate(undefined);
  if (!isNative(native)) throw new TypeError(`JSONata has no function $${name}`);
  return native;
}

function isNative(value: unknown): value is NativeFunction {
  return typeof value === "object" && value !== null && "implementation" in value;
}

/**
 * A function that first looks at time and arguments. It is frozen, since `|…|…|` could write into it; what JSONata notes
 * on functions, for the position of an error, is dropped: all evaluations of the process would write it to one place.
 */
function guarded(name: string, { implementation, signature }: NativeFunction): unknown {
  const replacement = replacements.get(name);
  function run(this: Focus, ...args: readonly unknown[]): unknown {
    const guard = guardOf(this.environment);
    guard.check();
    for (const argument of args) checkArgument(argument, guard);
    if (replacement === undefined) return implementation.call(this, ...args);
    return replacement({ guard, focus: this, original: implementation }, args);
  }
  const native = { _jsonata_function: true, implementation: run, signature, arity: implementation.length };
  for (const noted of ["token", "position"]) {
    Object.defineProperty(native, noted, { get: () => undefined, set: () => undefined });
  }
  return Object.freeze(native);
}

/** JSON has no infinite numbers, but `1e999` is read as one, and with it `$formatNumber` never ends. */
function checkArgument(argument: unknown, guard: EvaluationGuard): void {
  if (typeof argument === "string") guard.assertTextLength(argument.length);
  if (typeof argument === "number" && !Number.isFinite(argument)) {
    throw new ExpressionError("expression.failed", `${argument} is not a JSON number`);
  }
}
