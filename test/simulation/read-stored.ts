import type { Transition } from "../../src/engine/index.ts";
import type { ValueReference } from "../../src/ports/workflow-store.ts";

/** The texts of all large values that were written, by key. */
export type StoredObjects = ReadonlyMap<string, string>;

/** A stored transition, its large values in their places. The cast is this codec's. Throws for a value that is nowhere. */
export function readStored(text: string, objects: StoredObjects): Transition {
  const { large, ...transition } = JSON.parse(text) as Transition & { large?: Record<string, ValueReference> };
  if (large === undefined) return withStarts(transition, objects);
  const { output, externalPayload, pauseData } = large;
  const { result, pause } = transition;
  const whole = {
    ...transition,
    ...(output && result && { result: { ...result, output: readObject(output, objects) } }),
    ...(externalPayload && { externalPayload: readObject(externalPayload, objects) }),
    ...(pauseData && pause && { pause: { ...pause, data: readObject(pauseData, objects) } }),
  };
  return withStarts(whole, objects);
}

/** What lies elsewhere, or the JSON text itself. */
type Placed = string | ValueReference;

/** A transition with the starts of its children in their place. The casts are this codec's. */
function withStarts(transition: Transition, objects: StoredObjects): Transition {
  const { pause } = transition;
  if (pause?.children === undefined) return transition;
  const read = (placed: Placed): unknown =>
    typeof placed === "string" ? JSON.parse(placed) : readObject(placed, objects);
  const { chunks } = pause.children.starts as { readonly chunks: Placed };
  const starts = (read(chunks) as readonly { readonly starts: Placed }[]).flatMap((chunk) => read(chunk.starts));
  return { ...transition, pause: { ...pause, children: { ...pause.children, starts } } };
}

/** An input as the start keeps it. Throws for a value that is nowhere. */
export function readInput(input: string | ValueReference, objects: StoredObjects): unknown {
  return typeof input === "string" ? JSON.parse(input) : readObject(input, objects);
}

/** The value of a reference. Throws when it is nowhere. */
export function readObject({ key }: ValueReference, objects: StoredObjects): unknown {
  const text = objects.get(key);
  if (text === undefined) throw new Error(`${key} was not written`);
  return JSON.parse(text);
}
