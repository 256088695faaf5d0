import * as v from "valibot";
import type { WorkflowDefinition } from "../../src/engine/index.ts";
import type { Endpoints } from "../../src/platforms/local/endpoints.ts";
import type { FunctionSpec } from "../../src/platforms/local/template/application.ts";

/** What a worker needs to run a workflow. */
export interface BeginOrder {
  readonly type: "begin";
  readonly workflow: WorkflowDefinition;
  readonly endpoints: Endpoints;
  /** The dispatcher's function, with its environment and its event source. */
  readonly spec: FunctionSpec;
}

/** What the measuring process tells the worker: to begin, and to report when nothing runs any more. */
export type Order = BeginOrder | { readonly type: "report" };

/** Reads an order. The cast is this codec's: the sender is the same code, over a channel that nobody else has. */
export function readOrder(message: unknown): Order {
  return message as Order;
}

const Status = v.picklist(["active", "paused", "error", "completed", "failed"]);

/** What the worker says: that it polls, what a step led to (unless it is `active`), what went wrong, its report. */
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
    /** When each node run began, ms on the worker's own clock. */
    runsAtMs: v.array(v.number()),
  }),
]);
export type WorkerMessage = v.InferOutput<typeof WorkerMessage>;
/** The worker's report. */
export type WorkerReport = WorkerMessage & { readonly type: "report" };
