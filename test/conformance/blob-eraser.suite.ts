import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BlobEraser } from "../../src/ports/blob-eraser.ts";
import type { BlobStore } from "../../src/ports/blob-store.ts";

/** An object store with the port that erases beside it. */
export interface BlobEraserUnderTest {
  readonly blobs: BlobStore;
  readonly eraser: BlobEraser;
  readonly bucket: string;
  close(): Promise<void>;
}

/** Registers the tests that every platform's erasures of objects pass (src/ports/blob-eraser.ts). */
export function describeBlobEraser(name: string, open: () => Promise<BlobEraserUnderTest>): void {
  describe(`erasing objects of ${name}`, () => {
    let store: BlobEraserUnderTest;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    test("removes a folder and nothing beside it, and again does nothing", async () => {
      const { blobs, eraser, bucket } = store;
      const folder = `conformance/${randomUUID()}`;
      const inside = Array.from({ length: 12 }, (_, index) => `${folder}/w/${index} ü&<>`);
      const beside = `${folder}/w2/0`;
      for (const key of [...inside, beside]) await blobs.write({ bucket, key }, "x", "text/plain");
      for (const _time of ["once", "again"]) {
        await eraser.eraseFolder({ bucket, prefix: `${folder}/w/` });
        for (const key of inside) expect(await blobs.read({ bucket, key })).toBeUndefined();
        expect(await blobs.read({ bucket, key: beside })).toBeDefined();
      }
    });
  });
}
