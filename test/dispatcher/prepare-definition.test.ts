import { expect, test } from "vitest";
import { prepareDefinition, prepareOnce } from "../../src/dispatcher/prepare-definition.ts";

const definition = (type: string) => ({ id: "d", nodes: [{ type, data: {}, id: "only" }], edges: [] });

test("a definition has one hash, however its keys are ordered, and runs in the order of that JSON", () => {
  const { hash, json, runnable, startNodeId } = prepareDefinition(definition("echo"));
  expect(json).toBe('{"edges":[],"id":"d","nodes":[{"data":{},"id":"only","type":"echo"}]}');
  expect(JSON.stringify(runnable)).toBe(json);
  expect(startNodeId).toBe("only");
  expect(prepareDefinition(JSON.parse(json)).hash).toBe(hash);
});

test("many catalogs prepare a definition once, and another one by itself", () => {
  const prepare = prepareOnce();
  const workflow = definition("echo");
  expect(prepare(workflow)).toBe(prepare(workflow));
  expect(prepare(workflow)).toEqual(prepareDefinition(workflow));
  expect(prepare(definition("other")).hash).not.toBe(prepare(workflow).hash);
});
