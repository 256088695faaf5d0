import * as v from "valibot";
import { describe, expect, test } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { NodeDefinition } from "../../src/engine/index.ts";
import { ExpressionEngine } from "../../src/expressions/index.ts";
import { Harness } from "../dispatcher/harness.ts";

const echo: NodeDefinition = { executor: async (data) => ({ data }) };
const strict: NodeDefinition = {
  metadata: { input: v.strictObject({ total: v.number(), note: v.exactOptional(v.string()) }) },
  executor: async (data) => ({ data }),
};
const flaky: NodeDefinition = {
  retryPolicy: { maxAttempts: 2, interval: 1000, backoff: "fixed" },
  executor: async (data, _context, _payload, _globals, step) => {
    if (step?.attempt === 1) throw new Error("not yet");
    return { data };
  },
};

const order: WorkflowDefinition = {
  id: "order",
  tags: { customer: "customer.email" },
  nodes: [
    { id: "price", type: "echo", data: { total: "{% $sum(input.items.(qty * price)) %}" } },
    { id: "check", type: "strict", data: { total: "{% nodes.price.last.total %}", note: "{% input.note %}" } },
    {
      id: "mail",
      type: "flaky",
      data: {
        to: "{% workflow.tags.customer %}",
        text: "{% workflow.id %} at {% workflow.version %}: {% nodes.check.last.total %} {% globals.currency %}",
        before: "{% nodes.mail.error.message %}",
      },
    },
  ],
  edges: [
    { id: "e1", source: "price", target: "check" },
    { id: "e2", source: "check", target: "mail" },
  ],
};

const items = [
  { qty: 2, price: 3 },
  { qty: 1, price: 4 },
];

function harness(): Harness {
  const world: Harness = new Harness({
    workflows: [order],
    nodes: { echo, strict, flaky },
    transformEngines: [new ExpressionEngine({ clock: () => world.clock.now() })],
    globals: { declared: { currency: "EUR" }, secret: async () => "hunter2" },
  });
  return world;
}

describe("a dispatched workflow", () => {
  test("evaluates its expressions against what is stored, at every attempt anew", async () => {
    const world = harness();
    await world.start("w1", "order", { items, customer: { email: "ada@example.com" } });
    await world.run();
    const { status, context } = await world.view("w1");
    expect(status).toBe("completed");
    expect(context["check"]?.[0]?.output).toEqual({ total: 10 });
    expect(context["mail"]?.at(-1)?.output).toEqual({
      to: "ada@example.com",
      text: "w1 at 3: 10 EUR",
      before: "Error: not yet",
    });
  });

  test("the node's schema checks what expressions came to", async () => {
    const world = harness();
    await world.start("w1", "order", { items, note: 5 });
    await world.run();
    const { status, metadata } = await world.view("w1");
    expect(status).toBe("failed");
    expect(metadata["failedReason"]).toContain("Validation failed for node 'check'");
  });

  test("fails for good at the first attempt, and says why", async () => {
    const world = harness();
    await world.start("w1", "order", { items: [{ qty: "two", price: 3 }] });
    await world.run();
    const { status, metadata, context } = await world.view("w1");
    expect(status).toBe("failed");
    expect(context["price"]).toHaveLength(1);
    expect(metadata["failedReason"]).toContain(
      "Node 'price': data.total: {% $sum(input.items.(qty * price)) %}: T2001",
    );
  });
});
