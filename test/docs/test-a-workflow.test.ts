import { readPage, readRepositoryFile, textsOf } from "./read-page.ts";

// What the page prints begins here.

import { expect, test } from "vitest";
import {
  answerAfter,
  assertEffects,
  assertPath,
  assertStatus,
  crashEverywhere,
  fakeNode,
  runWorkflow,
} from "../../src/testing/index.ts";
import workflow from "../../src/workflows/order-fulfilment.json" with { type: "json" };
import { nodeDefinitions } from "../../src/workflows/registry.ts";
import order from "../../src/workflows/samples/order-large.json" with { type: "json" };

const payment = { paymentId: "p-1", amount: 124400, currency: "EUR" };

test("an approved order is charged and shipped", async () => {
  const run = await runWorkflow(workflow, {
    nodeDefinitions,
    input: order,
    fakes: { "charge-payment": fakeNode({ data: payment }) },
    answers: { approve: { approved: true } },
  });
  assertPath(run, ["validate", "reserve", "approve", "charge", "ship", "notify"]);
  expect(run).toMatchObject({ status: "completed", outputs: { charge: payment }, elapsedMs: 0 });
});

test("the charge is recorded once, although its service is busy twice", async () => {
  const run = await runWorkflow(workflow, {
    nodeDefinitions,
    input: order,
    fakes: {
      charge: async (_data, { effects, step }) => {
        await effects.record("charge", { key: step.stepKey, detail: payment });
        return { data: payment };
      },
    },
    failures: { charge: [new Error("busy"), new Error("busy")] },
    answers: { approve: { approved: true } },
  });
  expect(run.path).toContainEqual({ nodeId: "charge", attempts: 3 });
  expect(run.errors).toEqual([
    { nodeId: "charge", attempt: 1, error: "Error: busy" },
    { nodeId: "charge", attempt: 2, error: "Error: busy" },
  ]);
  assertEffects(run, { charge: 1 });
});

test("an order that nobody approves waits, and one that is approved after a week goes on", async () => {
  const options = { nodeDefinitions, input: order, fakes: { charge: fakeNode({ data: payment }) } };
  const waiting = await runWorkflow(workflow, options);
  assertStatus(waiting, "paused");
  const weekMs = 7 * 24 * 3600 * 1000;
  const late = await runWorkflow(workflow, {
    ...options,
    answers: { approve: answerAfter(weekMs, { approved: true }) },
  });
  expect(late).toMatchObject({ status: "completed", elapsedMs: weekMs });
});

test("a charge that takes longer than it may is tried again", async () => {
  const run = await runWorkflow(workflow, {
    nodeDefinitions,
    input: order,
    answers: { approve: { approved: true } },
    fakes: {
      charge: fakeNode(
        async (_data, { step, takes }) => {
          await takes(step.attempt === 1 ? 20_000 : 2_000);
          return { data: payment };
        },
        { timeoutMs: 10_000 },
      ),
    },
  });
  expect(run.path).toContainEqual({ nodeId: "charge", attempts: 2 });
});

test("whatever crashes, an order is charged once", async () => {
  const { crashPoints } = await crashEverywhere(workflow, {
    nodeDefinitions,
    input: order,
    answers: { approve: { approved: true } },
    fakes: {
      charge: async (_data, { effects, step }) => {
        await effects.record("charge", { key: step.stepKey });
        return { data: payment };
      },
    },
    effects: { charge: "exactly-once" },
  });
  expect(crashPoints).toBeGreaterThan(50);
});

test("a crash right after the charge costs an attempt, and nothing else", async () => {
  const run = await runWorkflow(workflow, {
    nodeDefinitions,
    input: order,
    answers: { approve: { approved: true } },
    fakes: { charge: fakeNode({ data: payment }) },
    crashAt: "node charge 1 after",
  });
  expect(run).toMatchObject({ status: "completed", crashes: 1 });
});

const page = readPage("test-a-workflow.md");

test("every example of docs/test-a-workflow.md stands in this file as it is printed", () => {
  const own = readRepositoryFile("test/docs/test-a-workflow.test.ts");
  const examples = textsOf(page, "ts");
  expect(examples.length).toBeGreaterThanOrEqual(6);
  for (const example of examples) expect(own).toContain(example);
});

test("the failure that docs/test-a-workflow.md shows is the one that a charge without the step key gives", async () => {
  const failing = crashEverywhere(workflow, {
    nodeDefinitions,
    input: order,
    answers: { approve: { approved: true } },
    fakes: {
      charge: async (_data, { effects, step }) => {
        await effects.record("charge", { key: step.attemptKey });
        return { data: payment };
      },
    },
  });
  const message = await failing.catch((error: unknown) => (error instanceof Error ? error.message : ""));
  expect(textsOf(page, "text")).toContain(`${message}\n`);
});

test("docs/test-a-workflow.md names every option and every field of a run", async () => {
  const run = await runWorkflow(workflow, { nodeDefinitions });
  const source = readRepositoryFile("src/testing/run-options.ts");
  const options = [...source.matchAll(/^ {2}readonly (\w+)\?/gm)].map(([, name = ""]) => name);
  expect(options.length).toBeGreaterThan(10);
  for (const name of [...Object.keys(run), ...options]) expect(page).toContain(`\`${name}`);
});
