import { type ChildStart, RefluxoError, type Transition } from "../../engine/index.ts";
import type { StoredStart, ValueReference } from "../../ports/workflow-store.ts";
import type { ValueStore } from "../value-store.ts";

/** How much of the starts lies in one object, bytes of JSON: what a container reads to start one child. */
const chunkBytes = 64 * 1024;

/** A JSON text, or where it lies. */
type Placed = string | ValueReference;

/** A list of starts, from one place on. */
interface Chunk {
  readonly first: number;
  readonly starts: Placed;
}

/** What the item of a pause keeps of its children's starts, however many they are. */
export interface PlacedStarts {
  /** Epoch ms after which what is kept of the children may be deleted. */
  readonly purgeAt: number;
  /** How many workflows wait above each of the children. */
  readonly depth: number;
  /** The chunks in order, as JSON. */
  readonly chunks: Placed;
}

/** Puts a JSON text in its place. */
type PlaceText = (text: string) => Promise<Placed>;

/** How many workflows may wait above a child; one that starts itself would go on for ever. */
export const maxChildDepth = 16;

/** A node asks for children below as many workflows as may wait for each other. */
export class ChildrenTooDeepError extends RefluxoError {
  override readonly name = "ChildrenTooDeepError";

  constructor() {
    super("children.too-deep", `At most ${maxChildDepth} workflows may wait above a child`);
  }
}

/**
 * The transition with its children's starts placed, so that the item of a pause does not grow with them; any other
 * transition as it is. Throws what `place` throws, and a `ChildrenTooDeepError`.
 */
export async function placeStarts(
  transition: Transition,
  { purgeAt, parent }: Pick<StoredStart, "purgeAt" | "parent">,
  place: PlaceText,
): Promise<Transition> {
  const { pause } = transition;
  if (pause?.children === undefined || !Array.isArray(pause.children.starts)) return transition;
  const depth = (parent?.depth ?? 0) + 1;
  if (depth > maxChildDepth) throw new ChildrenTooDeepError();
  const chunks: Chunk[] = [];
  for (const { first, text } of chunksOf(pause.children.starts)) chunks.push({ first, starts: await place(text) });
  const starts: PlacedStarts = { purgeAt, depth, chunks: await place(JSON.stringify(chunks)) };
  return { ...transition, pause: { ...pause, children: { ...pause.children, starts } } };
}

function* chunksOf(starts: readonly unknown[]): Generator<{ readonly first: number; readonly text: string }> {
  let texts: string[] = [];
  let bytes = 0;
  for (const [index, start] of starts.entries()) {
    const text = JSON.stringify(start);
    texts.push(text);
    bytes += Buffer.byteLength(text);
    if (bytes < chunkBytes && index < starts.length - 1) continue;
    yield { first: index + 1 - texts.length, text: `[${texts.join()}]` };
    texts = [];
    bytes = 0;
  }
}

/** The start of the child at an index. Throws what `ValueStore.read` throws, and `store.damaged` when it is not there. */
export async function readStart(values: ValueStore, placed: PlacedStarts, index: number): Promise<ChildStart> {
  // The casts are this codec's: only `placeStarts` makes what is read.
  const chunks = (await readPlaced(values, placed.chunks)) as readonly Chunk[];
  const chunk = chunks.findLast(({ first }) => first <= index);
  const starts = chunk === undefined ? [] : ((await readPlaced(values, chunk.starts)) as readonly ChildStart[]);
  const start = starts[index - (chunk?.first ?? 0)];
  if (start === undefined) throw new RefluxoError("store.damaged", `There is no start of the child at ${index}`);
  return start;
}

async function readPlaced(values: ValueStore, placed: Placed): Promise<unknown> {
  return typeof placed === "string" ? JSON.parse(placed) : values.read(placed);
}
