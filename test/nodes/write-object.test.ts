import { describe, expect, test } from "vitest";
import { nodes } from "../../src/nodes/index.ts";
import { failureOf, fakeGlobals, runNode } from "./node-under-test.ts";

const writeObject = nodes["write-object"] ?? expect.fail("there is no write-object");

async function write(data: unknown) {
  const globals = fakeGlobals();
  const types: string[] = [];
  const write = globals.blobs.write.bind(globals.blobs);
  Object.assign(globals.blobs, {
    write: (...[name, body, type]: Parameters<typeof globals.blobs.write> & { 2?: string }) => {
      types.push(String(type));
      return write(name, body);
    },
  });
  const outcome = await runNode(writeObject, data, globals);
  const part = await globals.blobs.read({ bucket: "payloads", key: "objects/a/b.json" });
  return { outcome, content: part && new TextDecoder().decode(part.bytes), types };
}

describe("write-object", () => {
  test.each([
    [{ body: { total: 5 } }, '{"total":5}', "application/json"],
    [{ body: [1] }, "[1]", "application/json"],
    [{ body: null }, "null", "application/json"],
    [{ body: "größe" }, "größe", "text/plain; charset=utf-8"],
    [{ body: "" }, "", "text/plain; charset=utf-8"],
    [{ body: "a", as: "json" }, '"a"', "application/json"],
    [{ body: "Z3LDtsOfZQ==", as: "base64" }, "größe", "application/octet-stream"],
    [{ body: "a,b", contentType: "text/csv" }, "a,b", "text/csv"],
  ])("writes %j below objects/ in the payload bucket", async (data, content, type) => {
    const written = await write({ key: "a/b.json", ...data });
    const sizeBytes = Buffer.byteLength(content);
    expect(written.outcome).toEqual({ data: { bucket: "payloads", key: "objects/a/b.json", sizeBytes } });
    expect(written).toMatchObject({ content, types: [type] });
  });

  test("writes the same again when it runs again", async () => {
    const globals = fakeGlobals();
    const first = await runNode(writeObject, { key: "a", body: 1 }, globals);
    expect(await runNode(writeObject, { key: "a", body: 1 }, globals, { attempt: 2 })).toEqual(first);
  });

  test.each([[{ body: { a: 1 }, as: "text" }], [{ body: 5, as: "base64" }], [{ body: "not base64!", as: "base64" }]])(
    "fails for good for the body %j",
    async (data) => {
      const error = await failureOf(runNode(writeObject, { key: "a", ...data }));
      expect(error).toMatchObject({ code: "object.body-invalid", isRetryable: false });
    },
  );

  test.each([
    "",
    "/a",
    "a/",
    "a//b",
    ".",
    "..",
    "../values/4d/a",
    "a/../../incoming/b",
    "a/./b",
    "a\\..\\b",
    "a\u0000b",
    "a\nb",
    "\ud800",
    "x".repeat(1_017),
    "ö".repeat(509),
  ])("the key %j is refused: it could lead out of objects/, or is no key", async (key) => {
    expect(await failureOf(runNode(writeObject, { key, body: 1 }))).toMatchObject({ code: "node.input_invalid" });
  });

  test.each(["a", "..a/b..", "größe/日本語 🚀.csv", "x".repeat(1_016), "values/a", "incoming/b"])(
    "the key %j is below objects/",
    async (key) => {
      expect(await runNode(writeObject, { key, body: 1 })).toMatchObject({ data: { key: `objects/${key}` } });
    },
  );

  test.each(["", "text/csv\r\nx-a: 1", " text/csv"])("the content type %j is refused", async (contentType) => {
    const error = await failureOf(runNode(writeObject, { key: "a", body: 1, contentType }));
    expect(error).toMatchObject({ code: "node.input_invalid" });
  });
});
