import { describe, expect, it } from "vitest";
import { DefinitionCatalog } from "../../src/dispatcher/index.ts";
import { MemoryWorkflowStore } from "../../src/platforms/memory/index.ts";
import { chain, Ledger } from "./test-workflows.ts";

const { nodes } = new Ledger();
const catalog = (...workflows: ReturnType<typeof chain>[]) =>
  new DefinitionCatalog(new MemoryWorkflowStore(), workflows, { nodeDefinitions: nodes });

describe("DefinitionCatalog", () => {
  it("refuses two definitions with one id, and one whose node type is unknown", () => {
    expect(() => catalog(chain("a", 1), chain("a", 2))).toThrow("Two workflow definitions have the id a");
    const unknown = { id: "b", nodes: [{ id: "x", type: "nope", data: {} }], edges: [] };
    expect(() => catalog(unknown)).toThrow("Node definition not found for type: nope");
  });

  it("gives equal definitions equal hashes, whatever the order of their keys", () => {
    const [forwards] = [chain("a", 2)];
    const backwards = {
      edges: forwards.edges,
      nodes: forwards.nodes.map(({ id, type, data }) => ({ data, type, id })),
      id: "a",
    };
    expect(catalog(backwards).current("a")?.hash).toBe(catalog(forwards).current("a")?.hash);
    expect(catalog(chain("a", 3)).current("a")?.hash).not.toBe(catalog(forwards).current("a")?.hash);
  });

  it("says so when a workflow's definition is not stored, as something that may yet be mended", async () => {
    await expect(catalog(chain("a", 1)).resolve("a", "0123")).rejects.toMatchObject({
      code: "definition.missing",
      isRetryable: true,
    });
  });

  it("checks a definition to the end once, before it is stored, and stores none that is refused", async () => {
    const store = new MemoryWorkflowStore();
    const checked: string[] = [];
    const strict = new DefinitionCatalog(store, [chain("good", 1), chain("bad", 1)], {
      nodeDefinitions: nodes,
      checkBeforeUse: async ({ id }) => {
        checked.push(id);
        if (id === "bad") throw new Error("It is bad");
      },
    });
    expect(checked).toEqual([]);
    const [bad, good] = strict.list();
    if (good === undefined || bad === undefined) throw new Error("The catalog lacks its definitions");
    await strict.keep(good);
    await strict.keep(good);
    expect(checked).toEqual(["good"]);
    await expect(strict.keep(bad)).rejects.toThrow("It is bad");
    expect(await store.getDefinition(bad.hash)).toBeUndefined();
    expect(await store.getDefinition(good.hash)).toBe(good.json);
  });
});
