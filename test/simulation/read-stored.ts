import type { Transition } from "../../src/engine/index.ts";
import type { ValueReference } from "../../src/ports/workflow-store.ts";

/** The texts of all large values that were written, by key. */
export type StoredObjects = ReadonlyMap<string, string>;

/** A stored transition, its large values in their places. The cast is this codec's. Throws for a value that is nowhere. */
export function readStored(text: string, objects: StoredObjects): Transition {
  const { large, ...transition } = JSON.parse(text) as Transition & { large?: Record<string, ValueReference> };
  if (large === undefined) return transition;
  const { output, externalPayload, pauseData } = large;
  const { result, pause } = transition;
  return {
    ...transition,
    ...(output && result && { result: { ...result, output: readObject(output, objects) } }),
    ...(externalPayload && { externalPayload: readObject(externalPayload, objects) }),
    ...(pauseData && pause && { pause: { ...pause, data: readObject(pauseData, objects) } }),
  };
}

/** An input as the start keeps it. Throws for a value that is nowhere. */
export function readInput(input: string | ValueReference, objects: StoredObjects): unknown {
  return typeof input === "string" ? JSON.parse(input) : readObject(input, objects);
}

function readObject({ key }: ValueReference, objects: StoredObjects): unknown {
  const text = objects.get(key);
  if (text === undefined) throw new Error(`${key} was not written`);
  return JSON.parse(text);
}
