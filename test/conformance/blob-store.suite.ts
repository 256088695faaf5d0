import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BlobStore } from "../../src/ports/blob-store.ts";

/** A blob store and a bucket that the suite may write to. */
export interface BlobStoreUnderTest {
  readonly blobs: BlobStore;
  readonly bucket: string;
  close(): Promise<void>;
}

const digits = "0123456789";

/** Registers the tests that every blob store passes (the docstrings of src/ports/blob-store.ts). */
export function describeBlobStore(name: string, open: () => Promise<BlobStoreUnderTest>): void {
  describe(`the blob store of ${name}`, () => {
    let underTest: BlobStoreUnderTest | undefined;
    const opened = () => {
      if (underTest === undefined) throw new Error("The blob store is not open yet");
      return underTest;
    };
    beforeAll(async () => {
      underTest = await open();
    });
    afterAll(() => underTest?.close());

    const nameOf = (key: string) => ({ bucket: opened().bucket, key: `conformance/${randomUUID()}/${key}` });
    const written = async (key: string, body: string | Uint8Array) => {
      const blob = nameOf(key);
      await opened().blobs.write(blob, body, "text/plain");
      return blob;
    };
    const read = async (...[blob, range]: Parameters<BlobStore["read"]>) => {
      const part = await opened().blobs.read(blob, range);
      return part && { text: new TextDecoder().decode(part.bytes), totalBytes: part.totalBytes };
    };

    test("a text is read back whole, as UTF-8", async () => {
      const text = "name;größe\nZoë;🚀\n";
      const blob = await written("a.csv", text);
      expect(await read(blob)).toEqual({ text, totalBytes: new TextEncoder().encode(text).byteLength });
    });

    test("bytes are read back as they were, whatever they are", async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const blob = await written("bytes.bin", bytes);
      expect([...((await opened().blobs.read(blob))?.bytes ?? [])]).toEqual([...bytes]);
    });

    test.each([
      { offset: 0, maxBytes: 4, text: "0123" },
      { offset: 3, maxBytes: 4, text: "3456" },
      { offset: 8, maxBytes: 4, text: "89" },
      { offset: 9, maxBytes: 1, text: "9" },
      { offset: 0, maxBytes: 10, text: digits },
      { offset: 0, maxBytes: 1_000, text: digits },
    ])("$maxBytes bytes from $offset on are $text, and the size of the whole is told", async ({ text, ...range }) => {
      const blob = await written("digits", digits);
      expect(await read(blob, range)).toEqual({ text, totalBytes: 10 });
    });

    test.each([10, 11, 5_000])(
      "from %i on an object of 10 bytes has none left, and its size is still told",
      async (offset) => {
        const blob = await written("digits", digits);
        expect(await read(blob, { offset, maxBytes: 5 })).toEqual({ text: "", totalBytes: 10 });
      },
    );

    test("an absent object is undefined, in part too", async () => {
      const blob = nameOf("absent");
      expect(await read(blob)).toBeUndefined();
      expect(await read(blob, { offset: 0, maxBytes: 5 })).toBeUndefined();
    });

    test.each(["with spaces and + plus.csv", "größe/日本語 🚀.csv", "a//b/./c", "100%&=?#.csv", "quo'te\"s.csv"])(
      "a key is taken as it is: %s",
      async (key) => {
        const blob = await written(key, digits);
        expect(await read(blob)).toEqual({ text: digits, totalBytes: 10 });
        expect(await read(blob, { offset: 2, maxBytes: 2 })).toEqual({ text: "23", totalBytes: 10 });
      },
    );

    test("a second write of a key replaces the first whole", async () => {
      const blob = await written("report.json", "a long first report");
      await opened().blobs.write(blob, "short", "application/json");
      expect(await read(blob)).toEqual({ text: "short", totalBytes: 5 });
    });

    test("an empty object is there, and has no bytes", async () => {
      const blob = await written("empty", "");
      expect(await read(blob)).toEqual({ text: "", totalBytes: 0 });
      expect(await read(blob, { offset: 0, maxBytes: 5 })).toEqual({ text: "", totalBytes: 0 });
    });

    test("what was written does not change with the caller's bytes", async () => {
      const bytes = new TextEncoder().encode(digits);
      const blob = await written("kept", bytes);
      bytes.fill(0);
      expect(await read(blob)).toEqual({ text: digits, totalBytes: 10 });
      (await opened().blobs.read(blob))?.bytes.fill(0);
      expect(await read(blob)).toEqual({ text: digits, totalBytes: 10 });
    });
  });
}
