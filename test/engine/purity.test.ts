import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

const entry = fileURLToPath(new URL("../../src/engine/index.ts", import.meta.url));

async function bundle() {
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    platform: "browser",
    format: "iife",
    globalName: "refluxo",
    minifyWhitespace: true, // drops the comments, which may say "process"
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  return { inputs: Object.keys(metafile.inputs), code: outputFiles[0]?.text ?? "" };
}

describe("the engine is pure", () => {
  it("imports nothing but itself, and names no node module, process or console", async () => {
    const { inputs, code } = await bundle();
    expect(inputs.length).toBeGreaterThan(10);
    expect(inputs.filter((path) => !path.includes("src/engine/"))).toEqual([]);
    expect(code).not.toMatch(/["']node:|\brequire\(|\bprocess\b|\bconsole\b/);
  });

  it("runs a workflow where there is no require and no process, as in a browser or a worker", async () => {
    const { code } = await bundle();
    // AbortController is a web platform global; a bare context has the language's own globals only.
    const context = createContext({ AbortController });
    runInContext(code, context);
    const program = `(async () => {
      if (typeof require !== "undefined" || typeof process !== "undefined") throw new Error("not a bare context");
      const workflow = { nodes: [{ id: "a", type: "sum", data: { list: [1, 2] } }], edges: [] };
      const sum = { executor: async ({ list }) => ({ data: list[0] + list[1] }) };
      const engine = new refluxo.WorkflowEngine({ workflow, nodeDefinitions: { sum } });
      await engine.validateWorkflow();
      return JSON.stringify(await engine.execute({ initialNodeId: "a", workflowId: "w" }));
    })()`;
    const snapshot: unknown = JSON.parse(await runInContext(program, context));
    expect(snapshot).toMatchObject({ status: "completed", context: { a: [{ output: 3, attempt: 1 }] } });
  });
});
