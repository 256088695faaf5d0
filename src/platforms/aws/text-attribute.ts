import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** A write costs a unit for each KB of its item, rounded up (DynamoDB's developer guide, write request units). */
const unitBytes = 1024;
/** What a version's item has beside its transition: its key, its claim and the names, a little more than they take. */
const besideBytes = 256;

/** A text as it is stored: compressed when that saves a write unit, else as it is. */
export function toTextAttribute(text: string): AttributeValue {
  const sizeBytes = Buffer.byteLength(text);
  if (unitsOf(sizeBytes) === 1) return { S: text };
  const compressed = zstdCompressSync(text);
  return unitsOf(compressed.length) < unitsOf(sizeBytes) ? { B: compressed } : { S: text };
}

/** A stored text; undefined when the item has none. Throws when it is compressed and damaged. */
export function fromTextAttribute(attribute: AttributeValue | undefined): string | undefined {
  if (attribute?.B === undefined) return attribute?.S;
  return zstdDecompressSync(attribute.B).toString();
}

function unitsOf(textBytes: number): number {
  return Math.ceil((textBytes + besideBytes) / unitBytes);
}
