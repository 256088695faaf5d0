import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type NodesDefinition, StandardSchemaValidator, WorkflowEngine } from "../../src/engine/index.ts";
import { nodes as builtIn } from "../../src/nodes/index.ts";
import { type MadeAnswer, MemoryHttpClient } from "../../src/platforms/memory/index.ts";
import type { HttpRequest } from "../../src/ports/http-client.ts";
import { type FakeGlobals, fakeGlobals } from "../nodes/node-under-test.ts";
import { expectFields } from "./expect-fields.ts";
import { jsonOf, readPage, readRepositoryFile } from "./read-page.ts";

/** Any type by its name. */
const nodes: NodesDefinition = builtIn;

/** The types that a page documents by nodes and what they result in. */
const documented = [
  "approval",
  "choice",
  "fail",
  "http-request",
  "publish-event",
  "read-object",
  "send-message",
  "transform",
  "wait",
  "write-object",
];

const pageOf = (type: string) => readPage(`nodes/${type}.md`);

/** An example: a node, and the block behind it. */
function examplesOf(type: string) {
  const blocks = jsonOf(pageOf(type));
  expect(blocks.length % 2, `${type}.md has a node without its result`).toBe(0);
  return blocks.flatMap((node, index) =>
    index % 2 === 0 ? [{ node: readNode(node, type), expected: blocks[index + 1] }] : [],
  );
}

function readNode(block: unknown, type: string) {
  if (typeof block !== "object" || block === null || !("id" in block) || !("type" in block) || !("data" in block)) {
    throw new Error(`A block of ${type}.md is no node: ${JSON.stringify(block)}`);
  }
  expect(Object.keys(block)).toEqual(["id", "type", "data"]);
  expect(block.type).toBe(type);
  return { id: String(block.id), type, data: block.data };
}

/** The services that the pages speak of. */
async function world(): Promise<FakeGlobals> {
  const secrets = { "ssm:/prices": "the price key", "ssm:/shop/stock-key": "the stock key" };
  const globals = fakeGlobals({ http: new MemoryHttpClient(answer), secrets });
  await globals.blobs.write({ bucket: "payloads", key: "objects/prices.json" }, '{"SKU-1":12}');
  return globals;
}

function answer({ method, url, headers, body }: HttpRequest): MadeAnswer {
  if (url === "https://api.example/prices?currency=CHF") {
    expect({ method, body }).toEqual({ method: "POST", body: '{"sku":"SKU-1"}' });
    expect(headers).toMatchObject({ authorization: "Bearer the price key", "idempotency-key": "docs-1#price#0" });
    return { headers: { "content-type": "application/json" }, body: '{"price":12}' };
  }
  expect({ method, url }).toEqual({ method: "GET", url: "https://api.example/stock.csv" });
  expect(headers).toMatchObject({ "x-api-key": "the stock key" });
  return { headers: { "content-type": "text/csv" }, body: "sku,count\nSKU-1,7\n" };
}

describe.each(documented)("docs/nodes/%s.md", (type) => {
  test("has examples that the type takes, each with what it really gives", async () => {
    const globals = await world();
    const examples = examplesOf(type);
    expect(examples.length).toBeGreaterThan(0);
    for (const { node, expected } of examples) {
      const workflow = { id: "docs", nodes: [node], edges: [] };
      const validator = new StandardSchemaValidator();
      const engine = new WorkflowEngine({
        workflow,
        nodeDefinitions: nodes,
        validator,
        clock: () => Date.UTC(2026, 0, 1),
      });
      const start = engine.createInitialSnapshot("docs-1", node.id);
      const snapshot = await engine.executeStep(start, undefined, globals);
      const gives = {
        completed: () => snapshot.context[node.id]?.[0]?.output,
        paused: () => snapshot.pause?.data,
        failed: () => expected,
      }[String(snapshot.status)];
      expect(gives?.(), `${JSON.stringify(node)}: ${snapshot.metadata["failedReason"]}`).toEqual(expected);
      if (snapshot.status === "failed") await expectFailure(node, expected);
    }
  });

  test("names every field of the type's data", () => {
    expectFields(pageOf(type), nodes[type]);
  });
});

/** The snapshot has an error's text only, so its code is asked of the executor. */
async function expectFailure(node: { readonly type: string; readonly data: unknown }, expected: unknown) {
  const code = Object(expected).error;
  const running = nodes[node.type]?.executor(node.data, {}) ?? expect.fail("no such type");
  await expect(running).rejects.toMatchObject({ code });
}

describe("docs/nodes/README.md", () => {
  const readme = pageOf("README");

  test("has a row for every built-in type, in order, that leads to its page", () => {
    const rows = [...readme.matchAll(/^\| \[`([a-z-]+)`\]\(([a-z-]+)\.md\) \|/gm)].map(([, type, page]) => [
      type,
      page,
    ]);
    const types = Object.keys(nodes).toSorted();
    expect(rows).toEqual(types.map((type) => [type, type]));
    const pages = readdirSync(new URL("../../docs/nodes/", import.meta.url)).map((file) => file.replace(/\.md$/, ""));
    expect(pages.toSorted()).toEqual([...types, "README"].toSorted());
  });

  test("says by which handles each type leaves", () => {
    for (const [type, { handles }] of Object.entries(nodes)) {
      if (!Array.isArray(handles)) continue;
      const row = readme.split("\n").find((line) => line.startsWith(`| [\`${type}\`]`)) ?? "";
      for (const handle of handles) expect(row).toContain(`\`${handle}\``);
    }
  });
});

test("every error code that a built-in node throws of its own is on a page", () => {
  const folder = new URL("../../src/nodes/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readRepositoryFile(`src/nodes/${file}`));
  const pages = documented.map(pageOf).join("\n");
  const prefixes = "choice|event|http|message|object|wait";
  const codes = files.flatMap((text) => [...text.matchAll(new RegExp(`"((?:${prefixes})\\.[a-z-]+)"`, "g"))]);
  expect(codes.length).toBeGreaterThan(15);
  for (const [, code = ""] of codes) expect(pages).toContain(`\`${code}\``);
});
