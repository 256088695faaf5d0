import type { BlobEraser } from "../../ports/blob-eraser.ts";
import type { BlobName, BlobPart, BlobStore } from "../../ports/blob-store.ts";

/** Objects in memory; a version id is ignored, since only the newest version is kept. */
export class MemoryBlobStore implements BlobStore, BlobEraser {
  readonly #objects = new Map<string, Uint8Array>();

  async read({ bucket, key }: BlobName, range?: { offset: number; maxBytes: number }): Promise<BlobPart | undefined> {
    const bytes = this.#objects.get(`${bucket}/${key}`);
    if (bytes === undefined) return undefined;
    const { offset, maxBytes } = range ?? { offset: 0, maxBytes: bytes.byteLength };
    return { bytes: bytes.slice(offset, offset + maxBytes), totalBytes: bytes.byteLength };
  }

  async write({ bucket, key }: Omit<BlobName, "versionId">, body: string | Uint8Array): Promise<void> {
    this.#objects.set(`${bucket}/${key}`, typeof body === "string" ? new TextEncoder().encode(body) : body.slice());
  }

  /** Everything that is kept, by `<bucket>/<key>`. */
  get objects(): ReadonlyMap<string, Uint8Array> {
    return this.#objects;
  }

  async eraseFolder({ bucket, prefix }: { bucket: string; prefix: string }): Promise<void> {
    const erased = [...this.#objects.keys()].filter((name) => name.startsWith(`${bucket}/${prefix}`));
    for (const name of erased) this.#objects.delete(name);
  }
}
