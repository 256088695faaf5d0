import type { WorkflowDefinition } from "../src/contracts/workflow-definition.ts";
import type { NodesDefinition } from "../src/engine/index.ts";
import { SeededRandom } from "../src/platforms/memory/index.ts";

/** How many workflows run at the same time, and how many steps each takes. */
export interface Load {
  readonly workflows: number;
  readonly steps: number;
  /** The size of a node's result as JSON, bytes; `defaultResultBytes` without it. */
  readonly resultBytes?: number;
  /** Steps at the beginning whose results have another size, so that the context is large after a few of them. */
  readonly seed?: { readonly steps: number; readonly resultBytes: number };
}

/** The size of a node's result as JSON where a load does not say it, bytes. */
export const defaultResultBytes = 100;

/**
 * One node that comes back to itself: the definition is the same however many steps a workflow takes, so its size
 * plays no part in how the costs grow.
 */
export const loopWorkflow: WorkflowDefinition = {
  id: "bench-loop",
  startNodeId: "work",
  nodes: [{ id: "work", type: "bench-work", data: null }],
  edges: [{ id: "again", source: "work", target: "work", sourceHandle: "again" }],
};

/** The node that every contender runs: it does nothing but return a small result, and tells when a workflow ends. */
export function createNodeTypes(onLastStep: (workflowId: string) => void): NodesDefinition {
  return {
    "bench-work": {
      handles: ["again", "done"],
      executor: async (_data, _context, _payload, _globals, step) => {
        if (step === undefined) throw new TypeError("The engine gave no step context");
        const { steps, resultBytes = defaultResultBytes, seed } = readInput(step.input);
        const data = resultOf(step.version, seed && step.version < seed.steps ? seed.resultBytes : resultBytes);
        if (step.version + 1 < steps) return { data, nextHandle: "again" };
        onLastStep(step.workflowId);
        return { data, nextHandle: "done" };
      },
    },
  };
}

/** The input of a workflow of a load: what its steps have to know of it. */
export function inputOf({ workflows: _workflows, ...input }: Load): Omit<Load, "workflows"> {
  return input;
}

/** The cast is this codec's: the input is what `inputOf` made, however it came here. */
function readInput(input: unknown): Omit<Load, "workflows"> {
  if (typeof input === "object" && input !== null && "steps" in input) return input as Omit<Load, "workflows">;
  throw new TypeError("The workflow has no input");
}

/** A result that is as large for every step, and no smaller compressed than text can be. */
function resultOf(version: number, resultBytes: number): { readonly step: string; readonly text: string } {
  const step = String(version).padStart(6, "0");
  const textBytes = resultBytes - JSON.stringify({ step, text: "" }).length;
  const from = (version * 97) % 1024;
  if (from + textBytes > noise.length) throw new RangeError(`A result of ${resultBytes} bytes is too large here`);
  return { step, text: noise.slice(from, from + textBytes) };
}

/** Characters that JSON takes as they are, each as likely as any other, and always the same. */
function drawNoise(): string {
  const characters = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).filter(
    (character) => character !== '"' && character !== "\\",
  );
  const random = new SeededRandom();
  return Array.from({ length: 16 * 1024 }, () => characters[Math.floor(random.fraction() * characters.length)]).join(
    "",
  );
}

const noise = drawNoise();
