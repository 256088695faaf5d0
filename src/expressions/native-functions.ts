import { assertChangeable } from "./assert-changeable.ts";
import type { EvaluationGuard } from "./evaluation-guard.ts";
import { ExpressionError } from "./expression-error.ts";
import type { ExpressionLimits } from "./expression-limits.ts";
import { guardOf } from "./frame-guard.ts";
import { type Focus, type NativeFunction, parseJsonata } from "./jsonata-types.ts";
import { listMembers } from "./linear-functions.ts";
import { changeableName, madeName, nativeNames, wildcardName } from "./native-names.ts";
import { replacements } from "./native-replacements.ts";

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
  return new Map([...natives, ...inserted.map(([name, native]): [string, unknown] => [name, guarded(name, native)])]);
}

/** Functions that stand in no source; `checkSyntaxTree` inserts their calls. */
const inserted: readonly (readonly [string, NativeFunction])[] = [
  [
    wildcardName,
    unsigned((focus, value) => listMembers(focus, value, guardOf(focus.environment).limits.sequenceLength)),
  ],
  [
    changeableName,
    unsigned((_focus, value) => {
      assertChangeable(value);
      return value;
    }),
  ],
  // All functions take note of what they return.
  [madeName, unsigned((_focus, value) => value)],
];

function unsigned(call: (focus: Focus, value: unknown) => unknown): NativeFunction {
  return {
    implementation(value) {
      return call(this, value);
    },
    signature: undefined,
  };
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
    const result =
      replacement === undefined
        ? implementation.call(this, ...args)
        : replacement({ guard, focus: this, original: implementation }, args);
    return result instanceof Promise ? result.then((value: unknown) => noted(value, guard)) : noted(result, guard);
  }
  const native = { _jsonata_function: true, implementation: run, signature, arity: implementation.length };
  for (const member of ["token", "position"]) {
    Object.defineProperty(native, member, { get: () => undefined, set: () => undefined });
  }
  return Object.freeze(native);
}

function noted(value: unknown, guard: EvaluationGuard): unknown {
  guard.noteMade(value);
  return value;
}

/** JSON has no infinite numbers, but `1e999` is read as one, and with it `$formatNumber` never ends. */
function checkArgument(argument: unknown, guard: EvaluationGuard): void {
  if (typeof argument === "string") guard.assertTextLength(argument.length);
  if (typeof argument === "number" && !Number.isFinite(argument)) {
    throw new ExpressionError("expression.failed", `${argument} is not a JSON number`);
  }
}
