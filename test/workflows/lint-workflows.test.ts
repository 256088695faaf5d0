import { describe, expect, test, vi } from "vitest";
import { listDefinitionFiles } from "../../scripts/lint-workflows/definition-files.ts";
import { lintDefinition } from "../../scripts/lint-workflows/lint-definition.ts";
import { lintWorkflows } from "../../scripts/lint-workflows.ts";
import { workflows } from "../../src/workflows/registry.ts";
import { chain, lintedTypes } from "./lint-under-test.ts";

const fileOf = (value: object, path = "d.json") => ({ path, text: JSON.stringify(value, null, 2), value });

describe("npm run lint:workflows", () => {
  test("finds every definition of the project in its file, and nothing wrong in any", async () => {
    const files = await listDefinitionFiles();
    expect(files.map(({ value }) => Object(value).id).sort()).toEqual(workflows.map(({ id }) => id).sort());
    const lines: string[] = [];
    expect(await lintWorkflows(files, (line) => lines.push(line))).toBe(0);
    expect(lines).toEqual([`${files.length} definitions: 0 errors, 0 warnings`]);
  });

  test("fails for an error, and says where it is, by which rule, and how to mend it", async () => {
    const lines: string[] = [];
    const file = fileOf(chain(["a", "aproval"]), "src/workflows/mine.json");
    expect(await lintWorkflows([file], (line) => lines.push(line))).toBe(1);
    expect(lines[0]).toMatch(
      /^src\/workflows\/mine\.json:7:15 error unknown-type: node 'a' has the type 'aproval'.*\n {4}fix: use 'approval'/,
    );
    expect(lines.at(-1)).toBe("1 definitions: 1 errors, 0 warnings");
  });

  test("does not fail for a warning", async () => {
    const lines: string[] = [];
    const file = fileOf(chain(["a", "approval", { title: "T" }]));
    expect(await lintWorkflows([file], (line) => lines.push(line))).toBe(0);
    expect(lines.at(-1)).toBe("1 definitions: 0 errors, 2 warnings");
  });

  test("knows the definitions of the project and those that it is given, as children", async () => {
    const lines: string[] = [];
    const start = (definitionId: string) => [definitionId, "sub-workflow", { definitionId }] as const;
    const parent = { ...chain(start("csv-import"), start("d"), start("nobody")), id: "parent" };
    const files = [fileOf(parent, "parent.json"), fileOf(chain(["a", "validate-order"]))];
    expect(await lintWorkflows(files, (line) => lines.push(line))).toBe(1);
    expect(lines.filter((line) => line.includes("unknown-definition"))).toEqual([
      expect.stringContaining("node 'nobody' starts 'nobody'"),
    ]);
  });

  test("does not load the registry, which refuses to load what the lint is to find", async () => {
    vi.resetModules();
    vi.doMock("../../src/workflows/registry.ts", () => {
      throw new Error("The registry was loaded");
    });
    await expect(import("../../scripts/lint-workflows.ts")).resolves.toMatchObject({
      lintWorkflows: expect.any(Function),
    });
    vi.doUnmock("../../src/workflows/registry.ts");
  });

  test("says where a file stops being JSON", async () => {
    const text = '{\n  "id": "d",\n  nodes: []\n}';
    expect(await lintDefinition({ path: "d.json", text, value: undefined }, lintedTypes)).toMatchObject([
      { rule: "invalid-definition", line: 3, column: 3, message: expect.stringContaining("it is not JSON") },
    ]);
  });

  test("finds the place in a definition in TypeScript by the node's or edge's id", async () => {
    const value = chain(["a", "any"], ["b.c", "chrage"]);
    const text =
      'export const d = defineWorkflow(types, {\n  nodes: [\n    { id: "a" },\n    { id: "b.c", type: "chrage" },';
    expect(await lintDefinition({ path: "d.ts", text, value }, lintedTypes)).toMatchObject([
      { rule: "unknown-type", line: 4, column: 7 },
    ]);
  });

  test("the place in a text is its own character, or the text's begin when escapes stand before it", async () => {
    const columnOf = async (prefix: string) => {
      const [finding] = await lintDefinition(fileOf(chain(["a", "any", [`${prefix}{% nodes.b.last %}`]])), lintedTypes);
      return finding?.column;
    };
    expect(await columnOf("")).toBe(13);
    expect(await columnOf("ab")).toBe(15);
    expect(await columnOf("\n")).toBe(9);
  });
});
