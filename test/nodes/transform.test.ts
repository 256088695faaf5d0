import { expect, test } from "vitest";
import { nodes } from "../../src/nodes/index.ts";
import { failureOf, runNode } from "./node-under-test.ts";

const transform = nodes["transform"] ?? expect.fail("there is no transform");

test.each([[{ total: 5, lines: [1, 2] }], ["text"], [0], [false], [null], [[]]])(
  "the output %j is the node's result",
  async (output) => expect(await runNode(transform, { output })).toEqual({ data: output }),
);

test("an output that an expression left out is null", async () => {
  expect(await runNode(transform, {})).toEqual({ data: null });
});

test("data with anything else is refused", async () => {
  const error = await failureOf(runNode(transform, { output: 1, input: 2 }));
  expect(error).toMatchObject({ code: "node.input_invalid", message: expect.stringContaining("input") });
});
