import { describe, expect, test } from "vitest";
import { assertValidDefinition, type WorkflowDefinition, WorkflowEngine } from "../../src/engine/index.ts";
import { nodes } from "../../src/nodes/index.ts";
import { failureOf, runNode } from "./node-under-test.ts";

const choice = nodes["choice"] ?? expect.fail("there is no choice");
const large = { when: true, handle: "large" };

describe("choice", () => {
  test.each([
    [[large, { when: true, handle: "urgent" }], "large", 0],
    [
      [
        { when: false, handle: "large" },
        { when: true, handle: "urgent" },
      ],
      "urgent",
      1,
    ],
    [[{ handle: "large" }, { when: true, handle: "urgent" }], "urgent", 1],
    [[{ when: false, handle: "large" }], "other", null],
    [[{ handle: "large" }], "other", null],
  ])("of %j leaves by %s, rule %j", async (rules, handle, rule) => {
    expect(await runNode(choice, { rules, default: "other" })).toEqual({ data: { handle, rule }, nextHandle: handle });
  });

  test("without a rule that applies and without a default fails for good", async () => {
    const error = await failureOf(runNode(choice, { rules: [{ when: false, handle: "large" }, { handle: "urgent" }] }));
    expect(error).toMatchObject({ code: "choice.no-match", isRetryable: false });
  });

  test.each([
    ["true", "a string"],
    [1, "a number"],
    [null, "null"],
    [[true], "a list"],
    [{}, "a object"],
  ])("names the rule whose when is %j, even behind one that applies", async (when, kind) => {
    const error = await failureOf(runNode(choice, { rules: [large, { when, handle: "urgent" }] }));
    expect(error).toMatchObject({ code: "choice.when-not-boolean", isRetryable: false });
    expect(String(error)).toContain(`rules[1] (handle "urgent"): when is ${kind}, not true or false`);
  });

  test.each([
    [{}],
    [{ rules: [] }],
    [{ rules: [{ when: true }] }],
    [{ rules: [{ when: true, handle: "" }] }],
    [{ rules: [large], default: 5 }],
    [{ rules: [large], otherwise: "other" }],
    [{ rules: Array.from({ length: 101 }, () => large) }],
  ])("data %j is refused", async (data) => {
    expect(await failureOf(runNode(choice, data))).toMatchObject({ code: "node.input_invalid" });
  });

  test("takes a hundred rules", async () => {
    const rules = Array.from({ length: 100 }, (_, index) => ({ when: index === 99, handle: `h${index}` }));
    expect(await runNode(choice, { rules })).toMatchObject({ nextHandle: "h99" });
  });
});

const workflowWith = (data: unknown, sourceHandle: string): WorkflowDefinition => ({
  id: "w",
  startNodeId: "choose",
  nodes: [
    { id: "choose", type: "choice", data },
    { id: "next", type: "transform", data: { output: "went on" } },
  ],
  edges: [{ id: "e", source: "choose", target: "next", sourceHandle }],
});

describe("the handles of a choice", () => {
  // As in a definition: an expression in place of the value that it will have.
  const data = { rules: [{ when: "{% total > 100 %}", handle: "large" }], default: "small" };

  test.each(["large", "small"])("are those that its data names: an edge from %s is taken", (handle) => {
    expect(() => assertValidDefinition(workflowWith(data, handle), nodes)).not.toThrow();
  });

  test.each([
    ["urgent", data],
    ["small", { rules: data.rules }],
    ["large", {}],
    ["large", null],
    ["large", { rules: "large" }],
    ["large", { rules: [null, "large", { handle: 5 }] }],
  ])("are no others: an edge from %s is refused when the definition loads (%j)", (handle, given) => {
    expect(() => assertValidDefinition(workflowWith(given, handle), nodes)).toThrow(handle);
  });

  test("lead on, and a handle without an edge ends the branch", async () => {
    const run = (when: boolean) => {
      const workflow = workflowWith({ rules: [{ when, handle: "large" }], default: "small" }, "large");
      return new WorkflowEngine({ workflow, nodeDefinitions: nodes }).execute({ initialNodeId: "choose" });
    };
    expect(await run(true)).toMatchObject({ status: "completed", context: { next: [{ output: "went on" }] } });
    const ended = await run(false);
    expect(ended).toMatchObject({
      status: "completed",
      context: { choose: [{ output: { handle: "small", rule: null } }] },
    });
    expect(ended.context).not.toHaveProperty("next");
  });
});
