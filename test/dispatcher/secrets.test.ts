import { describe, expect, test } from "vitest";
import { HandedOutSecrets } from "../../src/dispatcher/index.ts";
import type { NodesDefinition, StepContext } from "../../src/engine/index.ts";
import { Harness } from "./harness.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

const secret = 'sk_live_"4f9a"';
const encoded = JSON.stringify(secret).slice(1, -1);

/** Runs a chain of two nodes, the first of which does what the test says, in a process that handed the secret out. */
async function runWith(behaviour: (step: StepContext) => unknown) {
  const handedOut = new HandedOutSecrets();
  const ledger = new Ledger();
  ledger.behaviour = (name, step) => {
    if (name !== "a") return { done: true };
    handedOut.add(secret);
    return behaviour(step);
  };
  const harness = new Harness({ workflows: [chain("chain", 2)], nodes: ledger.nodes, handedOut });
  await harness.start("w", "chain", { customer: "Ada" });
  await harness.run();
  const stored = JSON.stringify([await harness.store.load("w"), harness.queue.messages, harness.lines]);
  return { view: await harness.view("w"), stored, ledger };
}

function expectNowhere(stored: string) {
  expect(stored).toContain("Ada");
  expect(stored).not.toContain("4f9a");
  expect(stored).not.toContain(Buffer.from(secret).toString("base64").slice(4, -4));
}

describe("a secret in a node's result", () => {
  test("fails the workflow with the node and the path, and is not stored; nothing is tried again", async () => {
    const { view, stored, ledger } = await runWith(() => ({ request: { headers: ["a", `Bearer ${secret}`] } }));
    expect(view).toMatchObject({
      status: "failed",
      version: 1,
      metadata: {
        failedReason: "The result of node 'a' has a secret at $.request.headers[1]; it was not stored (secret.leaked)",
      },
    });
    expect(ledger.runs).toEqual(["w:a@0"]);
    expectNowhere(stored);
  });

  test.each([
    ["as it is", secret, "$"],
    ["as a key", { of: { [`key ${secret}`]: 1 } }, "$.of.key [secret]"],
    ["in base64", { auth: Buffer.from(`user:${secret}`).toString("base64") }, "$.auth"],
    ["in a JSON text", { body: JSON.stringify({ secret }) }, "$.body"],
    ["by a toJSON", { at: { toJSON: () => secret } }, "$.at"],
    ["beside 50,000 others", { list: [...Array.from({ length: 50_000 }, String), secret] }, "$.list[50000]"],
  ])("is found %s", async (_what, result, path) => {
    const { view, stored } = await runWith(() => result);
    expect(view.metadata["failedReason"]).toContain(`has a secret at ${path}; it was not stored`);
    expectNowhere(stored);
  });

  test("is found in a pause", async () => {
    const handedOut = new HandedOutSecrets();
    const nodes: NodesDefinition = {
      approve: {
        executor: async () => {
          handedOut.add(secret);
          return { data: { link: `https://example.com/?key=${encodeURIComponent(secret)}` }, __pause: true };
        },
      },
      work: { executor: async () => ({ data: null }) },
    };
    const harness = new Harness({ workflows: [approval], nodes, handedOut });
    await harness.start("w", "approval", "Ada");
    await harness.run();
    expect(await harness.view("w")).toMatchObject({
      status: "failed",
      metadata: { failedReason: "The result of node 'ask' has a secret at $.link; it was not stored (secret.leaked)" },
    });
  });

  test("that only looks like one is no harm: a workflow without it completes", async () => {
    const { view } = await runWith(() => ({ key: `${encoded.slice(0, -2)}x` }));
    expect(view.status).toBe("completed");
  });
});

describe("a secret in a node's error", () => {
  test.each([
    ["a message", () => new Error(`401 for ${secret}`), "Error: 401 for [secret]"],
    ["a text", () => `401 for ${secret}`, "401 for [secret]"],
    ["an object", () => ({ key: secret }), '{"key":"[secret]"}'],
    ["a url", () => new Error(`GET /?k=${encodeURIComponent(secret)}`), "Error: GET /?k=[secret]"],
    ["a message that is cut through it", () => `${"x".repeat(1_990)}${secret}`, `${"x".repeat(1_990)}[secret]`],
  ])("is replaced in the snapshot, at every attempt: %s", async (_what, thrown, text) => {
    const { view, stored } = await runWith(() => {
      throw thrown();
    });
    expect(view.context["a"]?.map(({ error }) => error)).toEqual([text, text, text]);
    expect(view.metadata["failedReason"]).toBe(text);
    expectNowhere(stored);
  });

  test("that its schema's validation quotes is replaced too", async () => {
    const output = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: () => ({ issues: [{ message: `not ${secret}` }] }),
      },
    };
    const work = { metadata: { output }, executor: async () => ({ data: 1 }) };
    const handedOut = new HandedOutSecrets();
    handedOut.add(secret);
    const harness = new Harness({ workflows: [chain("chain", 1)], nodes: { work }, handedOut });
    await harness.start("w", "chain");
    await harness.run();
    expect((await harness.view("w")).metadata["failedReason"]).toMatch(/Validation failed for node 'a': .*\[secret\]/);
  });
});

describe("a resume token", () => {
  test("is a secret of the step that asked for it: in a result it fails the workflow", async () => {
    const { view } = await runWith(async (step) => ({ link: `/resume?token=${await step.resumeToken()}` }));
    expect(view.metadata["failedReason"]).toContain("has a secret at $.link");
  });

  test("is replaced in an error", async () => {
    const { view } = await runWith(async (step) => {
      throw new Error(`no mail with ${await step.resumeToken()}`);
    });
    expect(view.metadata["failedReason"]).toBe("Error: no mail with [secret]");
  });
});

test("what a caller brought is the caller's: a payload with the secret is kept for the retry as it came", async () => {
  const handedOut = new HandedOutSecrets();
  handedOut.add(secret);
  const ledger = new Ledger();
  ledger.behaviour = (_name, { attempt }) => {
    if (attempt === 1) throw new Error("once more");
    return { done: true };
  };
  const harness = new Harness({ workflows: [chain("chain", 1)], nodes: ledger.nodes, handedOut });
  await harness.start("w", "chain", { given: secret });
  await harness.run();
  expect((await harness.view("w")).status).toBe("completed");
});
