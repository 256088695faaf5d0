import type { BlobStore } from "./blob-store.ts";

/** What the platform hands to every node as `globals`: services, never persisted. */
export interface NodeGlobals {
  readonly blobs: BlobStore;
  /** Where nodes write objects; no trigger listens there. */
  readonly payloadBucket: string;
}
