import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BundleStart, bundleStarts } from "../../bench/cold-start/bundle-starts.ts";
import { measureStarts } from "../../bench/cold-start/measure-starts.ts";

let directory = "";
let starts: readonly BundleStart[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cold-start-"));
  starts = await bundleStarts(directory);
});
afterAll(() => rm(directory, { recursive: true }));

test("the bench starts every bundle, after the two clients alone, which are the least", async () => {
  const measured = await measureStarts(starts, 1);
  expect(measured.map(({ name }) => name)).toEqual(starts.map(({ name }) => name));
  expect(measured[0]).toMatchObject({ name: "the two AWS clients", cpu: { ratio: { median: 1 } } });
  const [clients = 0, ...others] = starts.map(({ bytesAtStart }) => bytesAtStart);
  for (const bytes of others) expect(bytes).toBeGreaterThan(clients);
});

test("the bench fails for a bundle that does not load", async () => {
  const [clients, dispatcher] = starts;
  if (clients === undefined || dispatcher === undefined) throw new Error("There is nothing to start");
  await expect(measureStarts([clients, { ...dispatcher, environment: {} }], 1)).rejects.toThrow("TABLE_NAME");
});
