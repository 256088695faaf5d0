import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { NodeDefinition, NodesDefinition, StepContext } from "../../src/engine/index.ts";

/** What a test makes a node do, and what the nodes did: one ledger line per run of a node. */
export class Ledger {
  readonly runs: string[] = [];
  readonly steps: StepContext[] = [];
  /** Called at every run of a node of type `work`, by its `data.name`. */
  behaviour: (name: string, step: StepContext) => unknown = () => ({ done: true });

  get nodes(): NodesDefinition {
    const work: NodeDefinition<{ name?: string } | undefined> = {
      retryPolicy: { maxAttempts: 3, interval: 10_000, backoff: "fixed" },
      executor: async (data, _context, payload, _globals, step) => {
        if (step === undefined) throw new Error("no step context");
        const name = data?.name ?? "work";
        this.runs.push(`${step.workflowId}:${name}@${step.version}`);
        this.steps.push(step);
        const result = await this.behaviour(name, step);
        return { data: result === undefined ? { payload } : result };
      },
    };
    const approve: NodeDefinition<{ dueInMs?: number } | undefined> = {
      executor: async (data, _context, payload, _globals, step) => {
        if (step === undefined) throw new Error("no step context");
        this.runs.push(`${step.workflowId}:approve@${step.version}`);
        this.steps.push(step);
        const isAnswer = typeof payload === "object" && payload !== null && ("answer" in payload || "timer" in payload);
        if (isAnswer) return { data: payload };
        const asked = { data: { please: "answer" }, __pause: true } as const;
        return data?.dueInMs === undefined ? asked : { ...asked, dueAt: startOfTests + data.dueInMs };
      },
    };
    const slow: NodeDefinition = {
      retryPolicy: { maxAttempts: 2, interval: 2 * 3600 * 1000, backoff: "fixed" },
      executor: async (_data, _context, _payload, _globals, step) => {
        this.runs.push(`${step?.workflowId}:slow@${step?.version}`);
        if (step?.attempt === 1) throw new Error("not yet");
        return { data: "at last" };
      },
    };
    return { work, approve, slow };
  }
}

/** The time at which the simulated clock begins. */
export const startOfTests = Date.UTC(2100, 0, 1);

/** A chain of `work` nodes named a, b, c, … */
export function chain(id: string, length: number): WorkflowDefinition {
  const names = Array.from({ length }, (_, index) => String.fromCharCode(97 + index));
  return {
    id,
    nodes: names.map((name) => ({ id: name, type: "work", data: { name } })),
    edges: names.slice(1).map((name, index) => ({ id: `e${index}`, source: names[index] ?? "", target: name })),
  };
}

export const approval: WorkflowDefinition = {
  id: "approval",
  nodes: [
    { id: "ask", type: "approve", data: {} },
    { id: "after", type: "work", data: { name: "after" } },
  ],
  edges: [{ id: "e", source: "ask", target: "after" }],
};
