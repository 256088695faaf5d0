import { RefluxoError, type Transition } from "../engine/index.ts";
import type { ValueReference } from "../ports/workflow-store.ts";
import { freezeJson } from "./freeze-json.ts";
import { LargeValue } from "./large-value.ts";

/** The values of a transition that may be of any size, and how each is taken out and put in. */
const parts = {
  output: {
    of: ({ result }: Transition) => result?.output,
    put: (transition: Transition, output: unknown): Transition =>
      transition.result === undefined ? transition : { ...transition, result: { ...transition.result, output } },
  },
  externalPayload: {
    of: ({ externalPayload }: Transition) => externalPayload,
    put: (transition: Transition, externalPayload: unknown): Transition => ({ ...transition, externalPayload }),
  },
  pauseData: {
    of: ({ pause }: Transition) => pause?.data,
    put: (transition: Transition, data: unknown): Transition =>
      transition.pause === undefined ? transition : { ...transition, pause: { ...transition.pause, data } },
  },
};
type PartName = keyof typeof parts;
const partNames = ["output", "externalPayload", "pauseData"] as const satisfies readonly PartName[];

/** Where the large parts of a stored transition lie. */
type LargeParts = Partial<Record<PartName, ValueReference>>;

/** Says what an item keeps of a value's JSON text: the text itself, or where it was put. */
export type Place = (text: string, part: PartName | "children") => Promise<string | ValueReference>;

/**
 * A transition as the text that is stored. Its large values are placed first, each on its own, and the text keeps
 * references; such a text has schema version 2, so that code which does not know them refuses it. Throws what
 * `place` throws.
 */
export async function encodeTransition(transition: Transition, place: Place): Promise<string> {
  let small = transition;
  const large: LargeParts = {};
  for (const name of partNames) {
    const value = parts[name].of(transition);
    // JSON has no text for some values, as for one whose toJSON gives nothing: it leaves them out.
    const text: string | undefined = JSON.stringify(value);
    const placed = text === undefined ? "" : await place(text, name);
    if (typeof placed === "string") continue;
    large[name] = placed;
    small = parts[name].put(small, undefined);
  }
  return JSON.stringify(small === transition ? transition : { ...small, schemaVersion: 2, large });
}

/**
 * A transition from its stored text, frozen, a `LargeValue` for each value that lies elsewhere. Throws
 * `store.damaged` or `store.schema`. The casts are this codec's: only `encodeTransition` makes what is stored.
 */
export function decodeTransition(text: string): Transition {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RefluxoError("store.damaged", "A stored transition is not JSON");
  }
  return reviveTransition(value);
}

/** A transition from its parsed text, as `decodeTransition` makes it. */
export function reviveTransition(value: unknown): Transition {
  const schemaVersion = typeof value === "object" && value !== null && "schemaVersion" in value && value.schemaVersion;
  if (schemaVersion === 1) return freezeJson(value as Transition);
  if (schemaVersion === 2) return freezeJson(putLargeValues(value as Transition & { readonly large: LargeParts }));
  throw new RefluxoError("store.schema", "A stored transition has a schema version that this code does not know", {
    isRetryable: true,
  });
}

function putLargeValues({ large, ...small }: Transition & { readonly large: LargeParts }): Transition {
  let transition: Transition = { ...small, schemaVersion: 1 };
  for (const name of partNames) {
    const reference = large[name];
    if (reference !== undefined) transition = parts[name].put(transition, new LargeValue(reference));
  }
  return transition;
}
