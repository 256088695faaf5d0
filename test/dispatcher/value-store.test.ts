import { beforeEach, describe, expect, it } from "vitest";
import { isStoredAs, lifetimesDays, ValueStore } from "../../src/dispatcher/value-store.ts";
import { MemoryBlobStore } from "../../src/platforms/memory/index.ts";
import type { ValueReference } from "../../src/ports/workflow-store.ts";

const bucket = "payloads";
const dayMs = 86_400_000;
const owner = { workflowId: "w", purgeAt: 60 * dayMs };
const text = JSON.stringify({ rows: "ä".repeat(20) });

let blobs: MemoryBlobStore;
let values: ValueStore;

function open(cacheBytes = 1000): ValueStore {
  return new ValueStore({ blobs, bucket, inlineBytes: 30, maxBytes: 100, cacheBytes });
}

async function place(given: string, purgeAt = owner.purgeAt): Promise<ValueReference> {
  const placed = await values.place(given, { ...owner, purgeAt }, 0);
  if (typeof placed === "string") throw new Error("placed inline");
  return placed;
}

beforeEach(() => {
  blobs = new MemoryBlobStore();
  values = open();
});

describe("a value", () => {
  it("stays in its item up to the threshold, in bytes of UTF-8", async () => {
    const fits = JSON.stringify("ä".repeat(14));
    expect(await values.place(fits, owner, 0)).toBe(fits);
    expect(await place(JSON.stringify("ä".repeat(15)))).toMatchObject({ sizeBytes: 32 });
  });

  it("above it is an object under its content's name, and reads as it was", async () => {
    const reference = await place(text);
    expect(reference.key).toBe(`values/64d/w/${reference.sha256}`);
    expect(reference.sizeBytes).toBe(Buffer.byteLength(text));
    expect(await open().read(reference)).toEqual(JSON.parse(text));
    expect(await place(text)).toEqual(reference);
  });

  it("of another content has another name, so nothing is ever replaced", async () => {
    const other = JSON.stringify({ rows: "ö".repeat(20) });
    expect((await place(text)).key).not.toBe((await place(other)).key);
  });

  it("above the limit is refused before anything is written", async () => {
    await expect(values.place(JSON.stringify("x".repeat(99)), owner, 0)).rejects.toMatchObject({
      name: "ValueTooLargeError",
      sizeBytes: 101,
      isRetryable: false,
    });
  });

  it.each([
    [1, 4],
    [4, 4],
    [4.01, 16],
    [60, 64],
    [366 + 3650, 4096],
  ])("that is needed for %d days is kept for %d", async (needed, kept) => {
    expect((await place(text, needed * dayMs)).key).toMatch(`values/${kept}d/`);
  });

  it("has lifetimes that last for the longest duration and the longest retention", () => {
    expect(Math.max(...lifetimesDays)).toBeGreaterThanOrEqual(366 + 3650);
    expect(lifetimesDays).toEqual(lifetimesDays.toSorted((a, b) => a - b));
  });
});

describe("a read", () => {
  it("of an object that is not there is a retryable error that names it", async () => {
    const reference = await place(text);
    blobs = new MemoryBlobStore();
    await expect(open().read(reference)).rejects.toMatchObject({
      code: "value.missing",
      isRetryable: true,
      message: expect.stringContaining(reference.key),
    });
  });

  it.each([
    ["changed", JSON.stringify({ rows: "ö".repeat(20) })],
    ["cut off", text.slice(0, -3)],
    ["longer", `${text} `],
    ["empty", ""],
  ])("of an object that is %s never gives a value", async (_how, content) => {
    const reference = await place(text);
    await blobs.write({ bucket, key: reference.key }, content);
    await expect(open().read(reference)).rejects.toMatchObject({ code: "value.damaged", isRetryable: true });
  });

  it("is made once while the value is kept, and the value is frozen", async () => {
    const reference = await place(text);
    const value = await values.read(reference);
    blobs.read = () => Promise.reject(new Error("read again"));
    expect(await values.read(reference)).toBe(value);
    expect(Object.isFrozen(value)).toBe(true);
  });

  it("is made again when the value is larger than what is kept", async () => {
    const reference = await place(text);
    const small = open(10);
    await small.read(reference);
    blobs.read = () => Promise.reject(new Error("read again"));
    await expect(small.read(reference)).rejects.toThrow("read again");
  });
});

it("a stored value is compared with a text by itself or by its digest", async () => {
  expect(isStoredAs(await place(text), text)).toBe(true);
  expect(isStoredAs(await place(text), `${text} `)).toBe(false);
  expect(isStoredAs("{}", "{}")).toBe(true);
  expect(isStoredAs("{}", "[]")).toBe(false);
});
