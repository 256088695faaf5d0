import { describe, expect, test } from "vitest";
import { nodes } from "../../src/nodes/index.ts";
import { failureOf, fakeGlobals, runNode } from "./node-under-test.ts";

const readObject = nodes["read-object"] ?? expect.fail("there is no read-object");

async function globalsWith(body: string | Uint8Array, name = { bucket: "payloads", key: "objects/a" }) {
  const globals = fakeGlobals();
  await globals.blobs.write(name, body);
  return globals;
}

describe("read-object", () => {
  test.each([
    ["json", '{"total":5}', { total: 5 }],
    ["text", "größe", "größe"],
    ["base64", "größe", "Z3LDtsOfZQ=="],
    ["text", "", ""],
    ["base64", "", ""],
  ])("gives an object as %s", async (as, content, body) => {
    const sizeBytes = Buffer.byteLength(content);
    expect(await runNode(readObject, { key: "objects/a", as }, await globalsWith(content))).toEqual({
      data: { body, sizeBytes },
    });
  });

  test("reads another bucket that it may read, and none that it may not", async () => {
    const globals = await globalsWith("1,2", { bucket: "uploads", key: "a.csv" });
    const data = { key: "a.csv", as: "text" };
    expect(await runNode(readObject, { ...data, bucket: "uploads" }, globals)).toMatchObject({ data: { body: "1,2" } });
    const error = await failureOf(runNode(readObject, { ...data, bucket: "of-others" }, globals));
    expect(error).toMatchObject({ code: "object.bucket-refused", isRetryable: false });
  });

  test("does not read the large values of workflows, which may be another workflow's", async () => {
    const key = "values/4d/w1/abc";
    const globals = await globalsWith("{}", { bucket: "payloads", key });
    const error = await failureOf(runNode(readObject, { key, as: "json" }, globals));
    expect(error).toMatchObject({ code: "object.key-refused", isRetryable: false });
  });

  test("fails for good for an object that is not there", async () => {
    const error = await failureOf(runNode(readObject, { key: "objects/none", as: "json" }));
    expect(error).toMatchObject({ code: "object.missing", isRetryable: false });
  });

  test("takes an object of maxBytes, a MiB when it does not say, and fails for good for one byte more", async () => {
    const globals = await globalsWith("x".repeat(11));
    const data = { key: "objects/a", as: "text" };
    expect(await runNode(readObject, { ...data, maxBytes: 11 }, globals)).toMatchObject({ data: { sizeBytes: 11 } });
    const error = await failureOf(runNode(readObject, { ...data, maxBytes: 10 }, globals));
    expect(error).toMatchObject({ code: "object.too-large", isRetryable: false });
    const large = await globalsWith("x".repeat(2 ** 20 + 1));
    expect(await failureOf(runNode(readObject, data, large))).toMatchObject({ code: "object.too-large" });
  });

  test.each([
    ["json", "{", "object.not-json"],
    ["json", '{"__proto__":{}}', "object.not-json"],
    ["json", "", "object.not-json"],
    ["json", Uint8Array.of(0xff), "object.not-text"],
    ["text", Uint8Array.of(0xff), "object.not-text"],
  ])("as %s fails for good for %j, without quoting it", async (as, content, code) => {
    const error = await failureOf(runNode(readObject, { key: "objects/a", as }, await globalsWith(content)));
    expect(error).toMatchObject({ code, isRetryable: false });
    expect(String(error)).not.toContain("__proto__");
  });

  test.each([
    [{ key: "a" }],
    [{ key: "", as: "text" }],
    [{ key: "a", as: "csv" }],
    [{ key: "a", as: "text", maxBytes: 50 * 2 ** 20 + 1 }],
    [{ key: "a", as: "text", maxBytes: 0 }],
    [{ key: "a", as: "text", versionId: "1" }],
  ])("data %j is refused", async (data) => {
    expect(await failureOf(runNode(readObject, data))).toMatchObject({ code: "node.input_invalid" });
  });
});
