/** Names one object, or one version of it. */
export interface BlobName {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** Part of an object, and the size of the whole. */
export interface BlobPart {
  readonly bytes: Uint8Array;
  readonly totalBytes: number;
}

/** Objects: uploads that start workflows, and what nodes write. */
export interface BlobStore {
  /**
   * Reads an object, or `maxBytes` of it from `offset` on; an offset at or past the end gives no bytes.
   * Returns undefined when there is no such object.
   */
  read(name: BlobName, range?: { readonly offset: number; readonly maxBytes: number }): Promise<BlobPart | undefined>;
  /** Writes an object whole, replacing one of the same name. */
  write(name: Omit<BlobName, "versionId">, body: string | Uint8Array, contentType: string): Promise<void>;
}
