import type { BlobName, BlobPart, BlobStore } from "../../ports/blob-store.ts";

/** A blob store that is loaded when an object is first read or written. */
export class LazyBlobStore implements BlobStore {
  readonly #load: () => Promise<BlobStore>;
  #store: Promise<BlobStore> | undefined;

  constructor(load: () => Promise<BlobStore>) {
    this.#load = load;
  }

  async read(name: BlobName, range?: { offset: number; maxBytes: number }): Promise<BlobPart | undefined> {
    return (await this.#loaded()).read(name, range);
  }

  async write(name: Omit<BlobName, "versionId">, body: string | Uint8Array, contentType: string): Promise<void> {
    await (await this.#loaded()).write(name, body, contentType);
  }

  #loaded(): Promise<BlobStore> {
    this.#store ??= this.#load();
    return this.#store;
  }
}
