import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  type NodeDefinition,
  StandardSchemaValidator,
  type Validator,
  WorkflowEngine,
} from "../../src/engine/index.ts";
import { echo, onlyResult } from "./engine-under-test.ts";

const retryPolicy = { maxAttempts: 3, interval: 1, backoff: "fixed" } as const;
const Amount = v.object({ amount: v.pipe(v.string(), v.transform(Number), v.number()) });

async function run(definition: NodeDefinition, data: unknown, validator?: Validator) {
  const workflow = { nodes: [{ id: "n", type: "node", data }], edges: [] };
  const engine = new WorkflowEngine({ workflow, nodeDefinitions: { node: definition }, validator });
  const snapshot = await engine.execute({ initialNodeId: "n" });
  return { snapshot, result: onlyResult(snapshot, "n") };
}

describe("validation", () => {
  it("hands what the input schema made of the data to the executor", async () => {
    const { result } = await run(
      { ...echo, metadata: { input: Amount } },
      { amount: "12" },
      new StandardSchemaValidator(),
    );
    expect(result?.output).toEqual({ amount: 12 });
  });

  it("keeps what the output schema made of the output", async () => {
    const { result } = await run(
      { ...echo, metadata: { output: Amount } },
      { amount: "12" },
      new StandardSchemaValidator(),
    );
    expect(result?.output).toEqual({ amount: 12 });
  });

  it.each(["input", "output"])("fails the node on an invalid %s, once, with the path and the reason", async (side) => {
    const definition = { ...echo, retryPolicy, metadata: { [side]: v.object({ a: v.array(v.number()) }) } };
    const { snapshot, result } = await run(definition, { a: [1, "x"] }, new StandardSchemaValidator());
    expect(snapshot.status).toBe("failed");
    expect(result?.error).toContain('Validation failed for node \'n\': [{"path":"a.1","message":"Invalid type');
    expect(snapshot.metadata["failedReason"]).toBe(result?.error);
  });

  it("does not run a node whose input is invalid", async () => {
    let runs = 0;
    const counting: NodeDefinition = { metadata: { input: v.string() }, executor: async () => ({ data: ++runs }) };
    const { result } = await run(counting, 5, new StandardSchemaValidator());
    expect(result?.error).toContain('{"path":"root"');
    expect(runs).toBe(0);
  });

  it("does not check the data of a pause against the output schema", async () => {
    const pausing: NodeDefinition = {
      metadata: { output: v.number() },
      executor: async () => ({ data: "ask", __pause: true }),
    };
    expect((await run(pausing, {}, new StandardSchemaValidator())).snapshot.status).toBe("paused");
  });

  it("refuses an output schema's result that is not JSON", async () => {
    const metadata = {
      output: v.pipe(
        v.string(),
        v.transform((text) => BigInt(text)),
      ),
    };
    const { result } = await run({ ...echo, metadata }, "12", new StandardSchemaValidator());
    expect(result?.error).toContain("Node 'n' returned data that is not JSON: BigInt at $");
  });

  it("awaits a schema that checks asynchronously", async () => {
    const input = v.pipeAsync(
      v.string(),
      v.checkAsync(async () => false, "is taken"),
    );
    expect((await run({ ...echo, metadata: { input } }, "x", new StandardSchemaValidator())).result?.error).toContain(
      "is taken",
    );
  });

  it("is left out without a validator", async () => {
    expect((await run({ ...echo, metadata: { input: v.string(), output: v.string() } }, 5)).result?.output).toBe(5);
  });

  it("calls a custom validator with the metadata; for the output its input is the output schema", async () => {
    const calls: unknown[] = [];
    const input = v.object({});
    const output = v.string();
    const validator: Validator = {
      validate: async (data, metadata) => {
        calls.push([data, metadata]);
        return { valid: true };
      },
    };
    const definition: NodeDefinition = {
      metadata: { input, output, title: "T" },
      executor: async () => ({ data: "out" }),
    };
    expect((await run(definition, {}, validator)).result?.output).toBe("out");
    expect(calls).toEqual([
      [{}, { input, output, title: "T" }],
      ["out", { input: output, output, title: "T" }],
    ]);
  });

  it("treats a validator that throws like any failing node", async () => {
    const validator: Validator = { validate: () => Promise.reject(new Error("schema store is down")) };
    const { snapshot } = await run({ ...echo, retryPolicy, metadata: {} }, {}, validator);
    expect(snapshot.status).toBe("error");
  });
});

describe("StandardSchemaValidator", () => {
  it("takes a schema itself instead of metadata, and lets everything pass without a schema", async () => {
    const validator = new StandardSchemaValidator();
    expect(await validator.validate("x", v.string())).toEqual({ valid: true, data: "x" });
    expect(await validator.validate(5, v.string())).toMatchObject({ valid: false, errors: [{ path: "root" }] });
    for (const metadata of [undefined, null, {}, { input: true }, "schema"]) {
      expect(await validator.validate(5, metadata)).toEqual({ valid: true, data: 5 });
    }
  });

  it("takes a schema that is a function, and paths of plain keys", async () => {
    const issues = [{ message: "no", path: ["a", 0] }];
    const schema = Object.assign(() => undefined, {
      "~standard": { version: 1, vendor: "test", validate: () => ({ issues }) },
    });
    expect(await new StandardSchemaValidator().validate(1, { input: schema })).toEqual({
      valid: false,
      errors: [{ path: "a.0", message: "no" }],
    });
  });
});
