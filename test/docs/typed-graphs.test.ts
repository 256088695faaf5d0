import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { listDefinitionFiles } from "../../scripts/lint-workflows/definition-files.ts";
import { lintDefinition } from "../../scripts/lint-workflows/lint-definition.ts";
import { lintWorkflows } from "../../scripts/lint-workflows.ts";
import { assertValidDefinition, type StepContext } from "../../src/engine/index.ts";
import { nodeDefinitions } from "../../src/workflows/registry.ts";
import { readPage, readRepositoryFile, textsOf } from "./read-page.ts";
import { askForDate } from "./typed-graphs/ask-for-date.ts";
import { discountedOrder } from "./typed-graphs/discounted-order.ts";
import { giveDiscount } from "./typed-graphs/give-discount.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const guide = readPage("typed-graphs.md");
const blocks = (info: string) => textsOf(guide, info);

describe("docs/typed-graphs.md", () => {
  test("shows the files beside this test, which tsc checks and the tests below run", () => {
    for (const name of ["give-discount.ts", "ask-for-date.ts", "discounted-order.ts"]) {
      const text = readRepositoryFile(`test/docs/typed-graphs/${name}`);
      const asInWorkflows = text.replaceAll("../../../src/workflows/", "./").replaceAll("../../../src/", "../");
      expect(blocks(`ts file=${name}`)).toEqual([asInWorkflows]);
    }
  });

  test("its node types run as it says", async () => {
    const order = [{ output: { total: 200 }, timestamp: 1, attempt: 1 }];
    const visit = (percent: number) => giveDiscount.executor({ orderFrom: "order", percent }, { order });
    expect(await visit(10)).toEqual({ data: { total: 180, saved: 20 }, nextHandle: "reduced" });
    expect(await visit(100)).toEqual({ data: { total: 0, saved: 200 }, nextHandle: "free" });
    const step: StepContext = {
      ...{ workflowId: "w", version: 3, attempt: 1, startedAt: 1_000, stepKey: "k", attemptKey: "k1" },
      signal: new AbortController().signal,
      resumeToken: async () => "",
    };
    const answer = (payload: unknown) => askForDate.executor({}, {}, payload, undefined, step);
    expect(await answer({ date: "2026-12-24" })).toMatchObject({ nextHandle: "answered" });
    expect(await answer({ timer: 86_401_000 })).toEqual({ data: null, nextHandle: "late" });
    expect(await answer({ date: "soon" })).toMatchObject({ __pause: true, dueAt: 86_401_000, data: { problems: {} } });
    expect(await answer(undefined)).toMatchObject({ __pause: true, data: { question: "Which day?" } });
  });

  test("its definition is valid, and the lint finds nothing but the exits that it leaves open", async () => {
    const types = { ...nodeDefinitions, "give-discount": giveDiscount };
    expect(() => assertValidDefinition(discountedOrder, types)).not.toThrow();
    const path = "test/docs/typed-graphs/discounted-order.ts";
    const text = readRepositoryFile(path);
    const found = await lintDefinition({ path, text, value: discountedOrder }, types);
    expect(found.map(({ rule, severity, line }) => `${line} ${severity} ${rule}`)).toEqual([
      expect.stringMatching(/^\d+ warning dangling-handle$/),
      expect.stringMatching(/^\d+ warning dangling-handle$/),
      expect.stringMatching(/^\d+ warning dangling-handle$/),
    ]);
  });

  test("the compiler says what it says", { timeout: 120_000 }, async () => {
    expect(await messagesOf("wrong-handle", wrongHandle)).toEqual(blocks("text wrong=handle"));
    expect(await messagesOf("wrong-workflow", wrongWorkflow)).toEqual(blocks("text wrong=workflow"));
  });

  test("the lint prints what it says, by rules that it lists", async () => {
    const [text = ""] = blocks("json lint");
    const lines: string[] = [];
    const file = { path: "src/workflows/mine.json", text, value: JSON.parse(text) };
    expect(await lintWorkflows([file], (line) => lines.push(line))).toBe(1);
    expect([`${lines.join("\n")}\n`]).toEqual(blocks("text lint"));
    const rules = ["graph", "data", "expression", "schema"].map((name) =>
      readRepositoryFile(`scripts/lint-workflows/${name}-rules.ts`),
    );
    const named = [...rules.join("\n").matchAll(/^(?:\/\*\*| \*) `([a-z-]+)`:/gm)].map(([, name]) => name ?? "");
    expect(named).toHaveLength(15);
    for (const name of named) expect(guide).toContain(`\`${name}\``);
  });

  test("every definition of the project names the schema that it describes", async () => {
    for (const { path, value } of await listDefinitionFiles()) {
      if (path.endsWith(".json")) expect(Object(value)["$schema"]).toBe("./workflow-definition.schema.json");
    }
  });
});

const wrongHandle = `
import { defineNode } from "${root}src/nodes/index.ts";
export const wrong = defineNode({
  handles: ["free", "reduced"],
  async executor() {
    const nextHandle = "fre";
    return { data: null, nextHandle };
  },
});
`;

const wrongWorkflow = `
import { defineWorkflow } from "${root}src/engine/index.ts";
import { nodes } from "${root}src/nodes/index.ts";
const types = { approval: nodes.approval, wait: nodes.wait };
const ask = { id: "ask", type: "approval", data: { title: "T" } } as const;
defineWorkflow(types, { id: "d", nodes: [{ ...ask, type: "aproval" }], edges: [] });
defineWorkflow(types, { id: "d", nodes: [{ ...ask, data: { title: 5 } }], edges: [] });
defineWorkflow(types, { id: "d", nodes: [{ ...ask, data: { title: "T", detailFrom: "x" } }], edges: [] });
defineWorkflow(types, { id: "d", nodes: [ask], edges: [{ id: "e", source: "ask", target: "pay" }] });
defineWorkflow(types, { id: "d", nodes: [ask], edges: [{ id: "e", source: "ask", target: "ask", sourceHandle: "aproved" }] });
`;

/** What tsc says of a file with these lines, one message a line: of each the part that says it best, the innermost. */
async function messagesOf(name: string, code: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const compilerOptions = { typeRoots: [join(root, "node_modules/@types")] };
  await writeFile(join(folder, "wrong.mts"), code);
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, include: ["wrong.mts"] }),
  );
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
  const compiler = join(dirname(manifest), "lib/tsc.js");
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [compiler, "--pretty", "false", "-p", folder], (_error, stdout) => resolve(stdout));
  });
  const errors = output.trimEnd().split(/^\S*wrong\.mts\(\d+,\d+\): error TS\d+: /m);
  const messages = errors.slice(1).map((text) => text.trimEnd().split("\n").at(-1)?.trim());
  return [`${messages.join("\n")}\n`];
}
