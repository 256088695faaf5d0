import type { Effect } from "./effects.ts";

/**
 * What is promised of an effect by name: once in all, whatever crashes, which takes a key that stays the same; or at
 * least once, and once more at most for each crash.
 */
export type EffectPromise = "exactly-once" | "at-least-once";

/** The promises of a run; without one, an effect with a key is promised once and one without at least once. */
export type EffectPromises = Readonly<Record<string, EffectPromise>>;

/** What effects are held against. */
interface Terms {
  readonly promises: EffectPromises;
  readonly crashes: number;
}

/** How the effects of a run with crashes break their promises, one line for each; `calm` are those without a crash. */
export function brokenPromises(calm: readonly Effect[], effects: readonly Effect[], terms: Terms): readonly string[] {
  const before = Map.groupBy(calm, placeOf);
  const after = Map.groupBy(effects, placeOf);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((place) =>
    broken(before.get(place) ?? [], after.get(place) ?? [], terms),
  );
}

/** One step may have the same effect several times; how often is the same in every run. */
const placeOf = ({ name, step = "globals" }: Effect) => `"${name}" of ${step}`;

function broken(calm: readonly Effect[], effects: readonly Effect[], { promises, crashes }: Terms): readonly string[] {
  const [first] = [...calm, ...effects];
  if (first === undefined) return [];
  const { name } = first;
  const promise = Object.hasOwn(promises, name) ? promises[name] : undefined;
  const isOnce =
    promise === undefined ? [...calm, ...effects].every(({ key }) => key !== undefined) : promise === "exactly-once";
  const least = calm.length;
  const most = isOnce ? least : least * (1 + crashes);
  const count = effects.length;
  if (count >= least && count <= most) return [];
  const keys = effects.map(({ key = "no key" }) => key).join(", ");
  const expected = isOnce ? `exactly ${timesOf(least)}` : `${least} to ${timesOf(most)}`;
  const hint = isOnce && count > most ? " Does its node hand on `step.stepKey`?" : "";
  return [`the effect ${placeOf(first)} happened ${timesOf(count)} (${keys}), promised: ${expected}.${hint}`];
}

function timesOf(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
