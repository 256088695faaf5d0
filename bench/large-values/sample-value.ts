import * as v from "valibot";

/** A value that scenarios make and check: its shape, and the exact size of its JSON in bytes. */
export const SampleSpec = v.strictObject({
  /**
   * One ASCII text, a list of many small objects, or the same list with a character beyond Latin-1 in each: one of these
   * is enough for V8 to keep the whole JSON text in two bytes per character.
   */
  shape: v.picklist(["text", "rows", "wide-rows"]),
  sizeBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(200)),
});
export type SampleSpec = v.InferOutput<typeof SampleSpec>;

interface Row {
  readonly id: number;
  readonly name: string;
  readonly price: number;
}

/** More than a row takes, so that the last one can fill up what is left, bytes. */
const rowReserveBytes = 100;
/** How much text is compared at a time: a check must not double what it checks. */
const blockLength = 2 ** 16;
const unitLength = 64;

/** Makes a value; another seed makes another one of the same size, so that each is an object of its own. */
export function makeSample(spec: SampleSpec, seed: number): unknown {
  if (spec.shape !== "text") return [...rowsOf(spec, seed)];
  const length = spec.sizeBytes - 2;
  return unitOf(seed)
    .repeat(Math.ceil(length / unitLength))
    .slice(0, length);
}

/** Throws unless the value is what `makeSample` makes, down to its last byte. */
export function assertSample(value: unknown, spec: SampleSpec, seed: number): void {
  const problem = spec.shape === "text" ? textProblem(value, spec, seed) : rowsProblem(value, spec, seed);
  if (problem !== undefined) throw new Error(`Sample ${seed} of ${spec.sizeBytes} bytes: ${problem}`);
}

function textProblem(value: unknown, { sizeBytes }: SampleSpec, seed: number): string | undefined {
  if (typeof value !== "string") return `it is ${typeof value}, not a text`;
  if (value.length !== sizeBytes - 2) return `its text has ${value.length} characters`;
  const block = unitOf(seed).repeat(blockLength / unitLength);
  for (let from = 0; from < value.length; from += blockLength) {
    const part = value.slice(from, from + blockLength);
    if (part !== block.slice(0, part.length)) return `its text differs after ${from} characters`;
  }
  return undefined;
}

function rowsProblem(value: unknown, spec: SampleSpec, seed: number): string | undefined {
  if (!Array.isArray(value)) return `it is ${typeof value}, not a list`;
  let index = 0;
  for (const expected of rowsOf(spec, seed)) {
    if (!isRow(value[index], expected)) return `row ${index} differs`;
    index += 1;
  }
  return value.length === index ? undefined : `it has ${value.length} rows in place of ${index}`;
}

function isRow(value: unknown, { id, name, price }: Row): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (!("id" in value && "name" in value && "price" in value)) return false;
  return value.id === id && value.name === name && value.price === price;
}

function* rowsOf({ shape, sizeBytes }: SampleSpec, seed: number): Generator<Row> {
  const noun = shape === "wide-rows" ? "Item №" : "Article";
  // Each row brings a comma or, the last one, the closing bracket.
  let leftBytes = sizeBytes - 1;
  for (let index = 0; leftBytes > 0; index += 1) {
    const id = seed * 10_000_000 + index + 1;
    const row = { id, name: `${noun} ${id}`, price: (index % 1_000) + 0.5 };
    leftBytes -= Buffer.byteLength(JSON.stringify(row)) + 1;
    if (leftBytes >= rowReserveBytes) yield row;
    else {
      yield { ...row, name: row.name.padEnd(row.name.length + leftBytes, ".") };
      return;
    }
  }
}

function unitOf(seed: number): string {
  return `${String(seed).padStart(8, "0")} the quick brown fox jumps over the lazy dog `.padEnd(unitLength, "-");
}
