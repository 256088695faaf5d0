import { expect, test } from "vitest";
import { guardPort, MemoryBlobStore } from "../../../src/platforms/memory/index.ts";

test("every call to a port goes through its guard, with its name and arguments, and works as before", async () => {
  const calls: string[] = [];
  const blobs = guardPort(new MemoryBlobStore(), ({ method, args }, make) => {
    calls.push(`${method} ${JSON.stringify(args[0])}`);
    return make();
  });
  await blobs.write({ bucket: "b", key: "k" }, "text");
  expect((await blobs.read({ bucket: "b", key: "k" }))?.totalBytes).toBe(4);
  expect(blobs.objects.size).toBe(1);
  expect(calls).toEqual(['write {"bucket":"b","key":"k"}', 'read {"bucket":"b","key":"k"}']);
});

test("a guard that makes no call keeps the port as it was", async () => {
  const blobs = new MemoryBlobStore();
  const dead = guardPort(blobs, async () => Promise.reject(new Error("dead")));
  await expect(dead.write({ bucket: "b", key: "k" }, "text")).rejects.toThrow("dead");
  expect(blobs.objects.size).toBe(0);
});
