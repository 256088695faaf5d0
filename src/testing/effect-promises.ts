import type { Effect } from "./effects.ts";

/**
 * What is promised of an effect by name: once in all, whatever crashes, which takes a key that stays the same; or at
 * least once, and once more at most for each crash.
 */
export type EffectPromise = "exactly-once" | "at-least-once";

/** The promises of a run; without one, an effect with a key is promised once and one without at least once. */
export type EffectPromises = Readonly<Record<string, EffectPromise>>;

/** How the effects of a run with crashes break their promises, one line for each; `calm` are those without a crash. */
export function brokenPromises(
  calm: readonly Effect[],
  effects: readonly Effect[],
  { promises, crashes }: { readonly promises: EffectPromises; readonly crashes: number },
): readonly string[] {
  const names = new Set([...calm, ...effects].map(nameOf));
  return [...names].flatMap((name) => {
    const before = calm.filter((effect) => nameOf(effect) === name);
    const after = effects.filter((effect) => nameOf(effect) === name);
    return [...promisedOnce(before, after, promises), ...promisedOften(before, after, { promises, crashes })].map(
      (problem) => `the effect "${name}" ${problem}`,
    );
  });
}

const nameOf = ({ name }: Effect) => name;

function isOnce({ name, key }: Effect, promises: EffectPromises): boolean {
  const promise = Object.hasOwn(promises, name) ? promises[name] : undefined;
  return promise === undefined ? key !== undefined : promise === "exactly-once";
}

/** An effect is known by its key; without one, as long as it is promised once, by nothing but its name. */
function promisedOnce(
  calm: readonly Effect[],
  effects: readonly Effect[],
  promises: EffectPromises,
): readonly string[] {
  const keysOf = (list: readonly Effect[]) =>
    list.filter((effect) => isOnce(effect, promises)).map(({ key = "no key" }) => key);
  const [before, after] = [keysOf(calm), keysOf(effects)];
  const lost = without(before, after);
  const surplus = without(after, before);
  if (lost.length === 0 && surplus.length === 0) return [];
  const times = `${before.length} time(s) without a crash, ${after.length} with it`;
  const named = surplus.length > 0 ? `also under ${surplus.join(", ")}` : `not under ${lost.join(", ")}`;
  return [`is promised exactly once and happened ${times}: ${named} (does its node hand on \`step.stepKey\`?)`];
}

/** The first list without the second, one for one. */
function without(list: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return list.filter((item) => {
    const index = left.indexOf(item);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function promisedOften(
  calm: readonly Effect[],
  effects: readonly Effect[],
  { promises, crashes }: { readonly promises: EffectPromises; readonly crashes: number },
): readonly string[] {
  const stepsOf = (list: readonly Effect[]) =>
    Map.groupBy(
      list.filter((effect) => !isOnce(effect, promises)),
      ({ step = "globals" }) => step,
    );
  const [before, after] = [stepsOf(calm), stepsOf(effects)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((step) => {
    const least = before.get(step)?.length ?? 0;
    const most = least * (1 + crashes);
    const count = after.get(step)?.length ?? 0;
    if (count >= least && count <= most) return [];
    return [`happened ${count} time(s) in ${step}, and ${least} to ${most} are promised after ${crashes} crash(es)`];
  });
}
