import * as v from "valibot";
import type { NodeDefinition, NodesDefinition, WorkflowDefinition } from "../../src/engine/index.ts";
import { type Context, lastOutput, RefluxoError, type StepContext } from "../../src/engine/index.ts";
import { createPrng } from "../simulation/prng.ts";

/** What one order asks of the nodes; the start's input. */
export const Order = v.object({
  isLarge: v.boolean(),
  items: v.number(),
  timerMs: v.number(),
  workMs: v.number(),
  /** How often each node fails before it succeeds. */
  failures: v.record(v.string(), v.number()),
  isDeclined: v.boolean(),
});
export type Order = v.InferOutput<typeof Order>;

/** A workflow of the soak: which definition it runs on which input. */
export interface PlannedWorkflow {
  readonly workflowId: string;
  readonly definitionId: string;
  readonly order: Order;
}

/** Tells the ledger of a run, before its work is done. */
export type OnRun = (step: StepContext, isAsking: boolean) => void;

const chain = ["pick", "pack", "weigh", "label", "load", "notify"];

/** An order (retry, branch, pause, timer, loop, a declined payment) and a plain chain. */
export const soakWorkflows: readonly WorkflowDefinition[] = [
  {
    id: "soak-order",
    nodes: [
      { id: "validate", type: "work", data: {} },
      { id: "charge", type: "charge", data: {} },
      { id: "size", type: "choose", data: {} },
      { id: "approve", type: "ask", data: {} },
      { id: "cool", type: "timer", data: {} },
      { id: "item", type: "work", data: {} },
      { id: "more", type: "loop", data: {} },
      { id: "notify", type: "work", data: {} },
    ],
    edges: [
      { id: "1", source: "validate", target: "charge" },
      { id: "2", source: "charge", target: "size" },
      { id: "3", source: "size", target: "approve", sourceHandle: "large" },
      { id: "4", source: "size", target: "item", sourceHandle: "small" },
      { id: "5", source: "approve", target: "cool" },
      { id: "6", source: "cool", target: "item" },
      { id: "7", source: "item", target: "more" },
      { id: "8", source: "more", target: "item", sourceHandle: "again" },
      { id: "9", source: "more", target: "notify", sourceHandle: "done" },
    ],
  },
  {
    id: "soak-chain",
    nodes: chain.map((id) => ({ id, type: "work", data: {} })),
    edges: chain.slice(1).map((target, index) => ({ id: target, source: chain[index] ?? "", target })),
  },
];

/** Generous, so that attempts lost with their processes never use it up: the outcome is the same with any kills. */
const retryPolicy = { maxAttempts: 50, interval: 300, backoff: "fixed" } as const;

/** The answer that the caller gives to the pause of a workflow. */
export function answerOf(workflowId: string): unknown {
  return { approvedBy: `clerk of ${workflowId}` };
}

/** The node types; what they yield follows from the context and the input alone, never from attempts or time. */
export function soakNodes(onRun: OnRun): NodesDefinition {
  const node = (run: (given: Given) => ReturnType<NodeDefinition["executor"]>, isAsking = false): NodeDefinition => ({
    retryPolicy,
    async executor(_data, context, payload, _globals, step) {
      if (step === undefined) throw new TypeError("The soak's nodes need a step");
      const order = v.parse(Order, step.input);
      onRun(step, isAsking);
      const nodeId = step.stepKey.split("#")[1] ?? "";
      await new Promise((resolve) => setTimeout(resolve, order.workMs));
      failAsPlanned(order, context, nodeId);
      return run({ order, context, nodeId, step, answer: step.version === 0 ? undefined : payload });
    },
  });
  return {
    work: node(async ({ context, nodeId }) => ({
      data: { nodeId, seen: countResults(context), ...(nodeId === "weigh" && { scan }), ...readScan(context) },
    })),
    charge: node(async ({ order }) => {
      if (order.isDeclined) throw new RefluxoError("soak.declined", "The payment was declined");
      return { data: { charged: true } };
    }),
    choose: node(async ({ order }) => ({ data: {}, nextHandle: order.isLarge ? "large" : "small" })),
    ask: node(async ({ answer }) => (answer === undefined ? { data: {}, __pause: true } : { data: answer }), true),
    timer: node(async ({ order, step, answer }) =>
      answer === undefined
        ? { data: {}, __pause: true, dueAt: step.startedAt + order.timerMs }
        : { data: { fired: true } },
    ),
    loop: node(async ({ order, context, nodeId }) => {
      const done = (context[nodeId]?.length ?? 0) + 1;
      return { data: { done }, nextHandle: done < order.items ? "again" : "done" };
    }),
  };
}

interface Given {
  readonly order: Order;
  readonly context: Context;
  readonly nodeId: string;
  readonly step: StepContext;
  readonly answer: unknown;
}

/** A result that goes to the payload bucket, and what later nodes read of it. */
const scan = "0123456789".repeat(2_000);

function readScan(context: Context): { readonly scanLength?: number } {
  const found = v.safeParse(v.object({ scan: v.string() }), lastOutput(context, "weigh"));
  return found.success ? { scanLength: found.output.scan.length } : {};
}

/** Failures are counted in the context, so that a lost attempt changes nothing of what follows. */
function failAsPlanned(order: Order, context: Context, nodeId: string): void {
  const failed = (context[nodeId] ?? []).filter(({ error }) => error !== undefined).length;
  if (failed < (order.failures[nodeId] ?? 0)) throw new Error(`Failure ${failed + 1} of ${nodeId}`);
}

function countResults(context: Context): number {
  return Object.values(context).reduce((count, results) => count + results.length, 0);
}

/** The n-th workflow of a seed. */
export function planWorkflow(seed: number, index: number): PlannedWorkflow {
  const prng = createPrng(seed * 1_000_003 + index);
  const isOrder = prng.chance(0.7);
  return {
    workflowId: `soak-${seed}-${index}`,
    definitionId: isOrder ? "soak-order" : "soak-chain",
    order: {
      isLarge: prng.chance(0.5),
      items: 1 + prng.below(3),
      timerMs: 500 + prng.below(2_500),
      workMs: prng.chance(0.1) ? prng.below(400) : prng.below(20),
      failures: isOrder ? { charge: prng.chance(0.4) ? 1 + prng.below(2) : 0 } : { label: prng.chance(0.2) ? 1 : 0 },
      isDeclined: prng.chance(0.05),
    },
  };
}
