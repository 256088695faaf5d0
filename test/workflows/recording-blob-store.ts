import { RefluxoError } from "../../src/engine/index.ts";
import type { BlobName, BlobPart, BlobStore } from "../../src/ports/blob-store.ts";

/** Objects in memory, and a record of every write and of the largest read, for the assertions of these tests. */
export class RecordingBlobStore implements BlobStore {
  readonly #objects = new Map<string, Uint8Array>();
  readonly writes: string[] = [];
  largestRead = 0;
  /** When set, the first try of every single read and write fails, as a busy service does. */
  isFlaky = false;
  readonly #tried = new Set<string>();

  put(bucket: string, key: string, body: string | Uint8Array): void {
    this.#objects.set(`${bucket}/${key}`, typeof body === "string" ? new TextEncoder().encode(body) : body);
  }

  text(bucket: string, key: string): string | undefined {
    const bytes = this.#objects.get(`${bucket}/${key}`);
    return bytes && new TextDecoder().decode(bytes);
  }

  async read(
    { bucket, key }: BlobName,
    range?: { readonly offset: number; readonly maxBytes: number },
  ): Promise<BlobPart | undefined> {
    this.#failFirstTry(`read ${bucket}/${key} ${range?.offset}`);
    const bytes = this.#objects.get(`${bucket}/${key}`);
    if (bytes === undefined) return undefined;
    const part = range === undefined ? bytes : bytes.slice(range.offset, range.offset + range.maxBytes);
    this.largestRead = Math.max(this.largestRead, part.length);
    return { bytes: part, totalBytes: bytes.length };
  }

  async write({ bucket, key }: BlobName, body: string | Uint8Array, _contentType: string): Promise<void> {
    this.#failFirstTry(`write ${bucket}/${key}`);
    this.writes.push(`${bucket}/${key}`);
    this.put(bucket, key, body);
  }

  #failFirstTry(call: string): void {
    if (!this.isFlaky || this.#tried.has(call)) return;
    this.#tried.add(call);
    throw new RefluxoError("test.busy", `Busy: ${call}`, { isRetryable: true });
  }
}
