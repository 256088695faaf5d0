import * as v from "valibot";
import type { WorkflowDefinition } from "../../src/engine/index.ts";
import type { Endpoints } from "../../src/platforms/local/endpoints.ts";
import type { FunctionSpec } from "../../src/platforms/local/template/application.ts";

/** What a worker needs to run workflows. */
export interface BeginOrder {
  readonly type: "begin";
  readonly workflows: readonly WorkflowDefinition[];
  readonly endpoints: Endpoints;
  /** The dispatcher's function, with its environment and its event source. */
  readonly spec: FunctionSpec;
  /** Whether the worker keeps the times of its node runs, which grow with them. */
  readonly keepsTimes: boolean;
  /** How long the clients wait for an answer, ms; as long as the product's own when absent. */
  readonly requestTimeoutMs?: number | undefined;
}

/** What the measuring process tells the worker: to begin, and to report or to sample when nothing runs any more. */
export type Order = BeginOrder | { readonly type: "report" | "sample" };

/** Reads an order. The cast is this codec's: the sender is the same code, over a channel that nobody else has. */
export function readOrder(message: unknown): Order {
  return message as Order;
}

const Status = v.picklist(["active", "paused", "error", "completed", "failed"]);

/** What a process takes right after a garbage collection, MiB. */
export const MemorySample = v.object({
  type: v.literal("sample"),
  /** All of its memory that is resident. */
  residentMebibytes: v.number(),
  /** What V8 has taken for its heap: what is alive, and what it keeps for what will be. */
  heapTakenMebibytes: v.number(),
  /** What is alive on V8's heap. */
  heapMebibytes: v.number(),
});
export type MemorySample = v.InferOutput<typeof MemorySample>;

/** What the worker says: that it polls, what a step led to (unless it is `active`), what went wrong, its report, a sample. */
export const WorkerMessage = v.variant("type", [
  v.object({ type: v.literal("ready") }),
  v.object({ type: v.literal("status"), status: Status }),
  v.object({ type: v.literal("trouble"), text: v.string() }),
  v.object({
    type: v.literal("report"),
    /** The most memory resident in the whole life of the process. */
    peakMebibytes: v.number(),
    /** Requests of the function by operation. */
    calls: v.record(v.string(), v.number()),
    /** When each node run began, ms on the worker's own clock; none when it was told not to keep them. */
    runsAtMs: v.array(v.number()),
  }),
  MemorySample,
]);
export type WorkerMessage = v.InferOutput<typeof WorkerMessage>;
/** The worker's report. */
export type WorkerReport = WorkerMessage & { readonly type: "report" };
