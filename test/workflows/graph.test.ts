import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drawGraph } from "../../scripts/graph.ts";
import { workflows } from "../../src/workflows/registry.ts";

test("npm run graph draws a definition of the project by its id", async () => {
  expect(await drawGraph("csv-import")).toContain('n1 -->|"more"| n1');
});

test("npm run graph draws the definition in a file, of whatever node types", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "graph-")), "mine.json");
  const nodes = [{ id: "a", type: "not-here", data: {}, compensate: "a" }];
  await writeFile(file, JSON.stringify({ id: "mine", nodes, edges: [] }));
  expect(await drawGraph(file)).toContain('n0 -.->|"compensate"| n0');
});

test.each([[undefined], ["no-such-workflow"]])(
  "npm run graph says which definitions there are, given %s",
  async (id) => {
    await expect(drawGraph(id)).rejects.toThrow(`Give a file, or one of: ${workflows.map(({ id }) => id).join(", ")}`);
  },
);

test("npm run graph names what is wrong with a file", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "graph-")), "mine.json");
  await writeFile(file, '{ "id": "mine" }');
  await expect(drawGraph(file)).rejects.toThrow(/mine\.json\.nodes: /);
});
