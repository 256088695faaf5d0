import { describe, expect, test } from "vitest";
import { parseWorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import {
  type NodeDefinition,
  type NodesDefinition,
  RefluxoError,
  type WorkflowDefinition,
} from "../../src/engine/index.ts";
import { nodes as builtIn } from "../../src/nodes/index.ts";
import { Harness } from "../dispatcher/harness.ts";
import { expectFields } from "./expect-fields.ts";
import { jsonOf, readPage, readRepositoryFile, textsOf } from "./read-page.ts";

/** Any type by its name. */
const nodes: NodesDefinition = builtIn;

/** What the pages' children do: the rows of an import. */
const importRow: NodesDefinition = {
  "import-row": {
    executor: async (_data, _context, _payload, _globals, step) => {
      const sku: unknown = Object(step?.input).sku;
      if (sku === undefined) throw new RefluxoError("row.no-sku", "The row has no sku");
      return { data: { imported: sku } };
    },
  },
};
const importRowDefinition: WorkflowDefinition = {
  id: "import-row",
  nodes: [{ id: "row", type: "import-row", data: {} }],
  edges: [],
};

const harnessOf = (definition: WorkflowDefinition) =>
  new Harness({ workflows: [definition, importRowDefinition], nodes: { ...nodes, ...importRow } });

describe.each(["map", "parallel", "sub-workflow"])("docs/nodes/%s.md", (type) => {
  const page = readPage(`nodes/${type}.md`);
  const blocks = jsonOf(page);

  test("has examples, each with what it really gives", async () => {
    expect(blocks.length).toBeGreaterThan(1);
    for (let index = 0; index < blocks.length; index += 2) {
      const node = Object(blocks[index]);
      expect(node.type).toBe(type);
      const definition = parseWorkflowDefinition({ id: "docs", nodes: [node], edges: [] });
      const harness = harnessOf(definition);
      await harness.start("docs-1", definition.id);
      await harness.run();
      const { context } = await harness.view("docs-1");
      expect(context[node.id]?.at(-1)?.output).toEqual(blocks[index + 1]);
    }
  });

  test("names every field of the type's data", () => {
    expectFields(page, nodes[type]);
  });
});

describe("docs/child-workflows.md", () => {
  const text = readPage("child-workflows.md");

  test("has a definition whose workflow waits as it says, for the children that it names", async () => {
    const definition = parseWorkflowDefinition(jsonOf(text)[0]);
    const harness = harnessOf(definition);
    await harness.start("price-1", definition.id);
    await harness.poll();
    const { pause } = await harness.view("price-1");
    expect(text).toContain(
      JSON.stringify(pause?.children).replaceAll(":", ": ").replaceAll(",", ", ").replace("{", "{ ").replace("}", " }"),
    );
    await harness.run();
    for (const id of ["price-1.1.0", "price-1.1.1", "price-1.1.2"]) {
      expect(text).toContain(`\`${id}\``);
      expect((await harness.view(id)).parent).toMatchObject({ workflowId: "price-1", version: 1 });
    }
    expect(await harness.view("price-1")).toMatchObject({ status: "completed" });
  });

  test("has a node type that works as it is printed", async () => {
    // The block of the page.
    const fanOut: NodeDefinition = {
      async executor(_data, _context, _payload, _globals, step) {
        if (step?.joined === undefined) {
          const starts = ["a", "b"].map((input) => ({ definitionId: "letter", input }));
          return { data: { letters: 2 }, __pause: true, children: { starts, maxConcurrency: 2, toleratedFailures: 1 } };
        }
        if (step.joined.isEarly) throw new Error(`${step.joined.failed} letters failed`);
        return { data: await step.collectChildren?.() };
      },
    };
    const [block = ""] = textsOf(text, "ts");
    const own = readRepositoryFile("test/docs/child-workflows.test.ts").replace(/^ {4}/gm, "");
    expect(own).toContain(block);
    const letter: NodeDefinition = {
      executor: async (_data, _context, _payload, _globals, step) => ({ data: step?.input }),
    };
    const workflows = [
      { id: "letters", nodes: [{ id: "fan-out", type: "fan-out", data: {} }], edges: [] },
      { id: "letter", nodes: [{ id: "letter", type: "letter", data: {} }], edges: [] },
    ];
    const harness = new Harness({ workflows, nodes: { "fan-out": fanOut, letter } });
    await harness.start("w", "letters");
    await harness.run();
    const { context } = await harness.view("w");
    expect(context["fan-out"]?.at(-1)?.output).toMatchObject({ results: [{ output: "a" }, { output: "b" }] });
  });
});
