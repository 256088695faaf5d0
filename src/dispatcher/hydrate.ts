import type { Context, NodeResult, Snapshot } from "../engine/index.ts";
import type { ValueReference } from "../ports/workflow-store.ts";
import { LargeValue } from "./large-value.ts";
import { mapWithConcurrency } from "./map-with-concurrency.ts";
import { UnreadableValueError, type ValueStore } from "./value-store.ts";
import type { WorkflowState } from "./workflow-state.ts";

/** How many objects are read at once. */
const concurrency = 8;

/**
 * The snapshot with every large value in its place, frozen; the snapshot itself when it has none. Throws what
 * `ValueStore.read` throws.
 */
export function hydrate(
  values: ValueStore,
  { snapshot, hasLargeResults }: Pick<WorkflowState, "snapshot" | "hasLargeResults">,
): Promise<Snapshot> {
  const found = [...listLargeInputs(snapshot), ...(hasLargeResults ? listLargeResults(snapshot) : [])];
  return fill(snapshot, chooseValues(found, Number.POSITIVE_INFINITY), (reference) => values.read(reference));
}

/**
 * The snapshot for somebody who looks at it: up to `maxBytes` of its large values in their places, `LargeValue`s for
 * those beyond and for those that are missing or damaged. Throws what the object store throws.
 */
export function hydrateView(values: ValueStore, snapshot: Snapshot, maxBytes: number): Promise<Snapshot> {
  // What the snapshot waits for and was given comes before its history.
  const found = [...listLargeInputs(snapshot), ...listLargeResults(snapshot)];
  return fill(snapshot, chooseValues(found, maxBytes), async (reference) => {
    try {
      return await values.read(reference);
    } catch (error) {
      if (error instanceof UnreadableValueError) return new LargeValue(reference);
      throw error;
    }
  });
}

async function fill(
  snapshot: Snapshot,
  chosen: ReadonlyMap<string, ValueReference>,
  read: (reference: ValueReference) => Promise<unknown>,
): Promise<Snapshot> {
  if (chosen.size === 0) return snapshot;
  const entries = await mapWithConcurrency([...chosen.values()], concurrency, async (reference) => {
    return [reference.key, await read(reference)] as const;
  });
  const known = new Map(entries);
  return replaceValues(snapshot, (large) => {
    const { key } = large.reference;
    return known.has(key) ? known.get(key) : large;
  });
}

/** What to read, by key: one value after the other that still fits, wherever it stands. */
function chooseValues(found: Iterable<LargeValue>, maxBytes: number): ReadonlyMap<string, ValueReference> {
  const places = Map.groupBy(found, ({ reference }) => reference.key);
  const chosen = new Map<string, ValueReference>();
  let leftBytes = maxBytes;
  for (const [key, [first, ...others]] of places) {
    const sizeBytes = (first?.reference.sizeBytes ?? 0) * (1 + others.length);
    if (first === undefined || sizeBytes > leftBytes) continue;
    leftBytes -= sizeBytes;
    chosen.set(key, first.reference);
  }
  return chosen;
}

function* listLargeInputs({ input, externalPayload, pause }: Snapshot): Generator<LargeValue> {
  for (const value of [externalPayload, pause?.data, input]) if (value instanceof LargeValue) yield value;
}

function* listLargeResults({ context }: Snapshot): Generator<LargeValue> {
  for (const results of Object.values(context)) {
    for (const { output } of results) if (output instanceof LargeValue) yield output;
  }
}

function replaceValues(snapshot: Snapshot, find: (large: LargeValue) => unknown): Snapshot {
  const replace = (value: unknown) => (value instanceof LargeValue ? find(value) : value);
  const { input, externalPayload, pause } = snapshot;
  return {
    ...snapshot,
    context: replaceOutputs(snapshot.context, replace),
    ...(input !== undefined && { input: replace(input) }),
    ...(externalPayload !== undefined && { externalPayload: replace(externalPayload) }),
    ...(pause !== undefined && { pause: { ...pause, data: replace(pause.data) } }),
  };
}

/** A context whose lists without a large value are shared, not copied. */
function replaceOutputs(context: Context, replace: (value: unknown) => unknown): Context {
  const isLarge = ({ output }: NodeResult) => output instanceof LargeValue;
  const lists = Object.entries(context).map(([nodeId, results]) => {
    if (!results.some(isLarge)) return [nodeId, results] as const;
    const replaced = results.map((result) =>
      isLarge(result) ? Object.freeze({ ...result, output: replace(result.output) }) : result,
    );
    return [nodeId, Object.freeze(replaced)] as const;
  });
  // fromEntries defines own properties, so no node id can reach a prototype (I17).
  return Object.freeze(Object.fromEntries(lists));
}
