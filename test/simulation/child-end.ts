import type { Transition } from "../../src/engine/index.ts";
import type { ValueReference } from "../../src/ports/workflow-store.ts";
import { readObject, type StoredObjects } from "./read-stored.ts";

/** How much of a failed child's reason its parent keeps, characters. */
const maxErrorLength = 500;

/** How a child ended. */
export type ChildEnd =
  | { readonly status: "completed"; readonly output: unknown }
  | { readonly status: "failed"; readonly error: string };

/** The end that a transition made of a workflow. */
export function endOf({ status, result, metadata }: Transition): ChildEnd {
  if (status === "completed") return { status, output: result?.output };
  return { status: "failed", error: String(metadata?.["failedReason"]).slice(0, maxErrorLength) };
}

/** An end as it is kept. The cast is this codec's. Throws for an output that is nowhere. */
export function readKept(
  text: string,
  objects: StoredObjects,
): { readonly workflowId: string; readonly failures: number; readonly end: ChildEnd } {
  const kept = JSON.parse(text) as {
    readonly workflowId: string;
    readonly failures: number;
    readonly status: ChildEnd["status"];
    readonly output?: unknown;
    readonly outputReference?: ValueReference;
    readonly error?: string;
  };
  const { workflowId, failures, status, output, outputReference, error = "" } = kept;
  if (status === "failed") return { workflowId, failures, end: { status, error } };
  const whole = outputReference === undefined ? output : readObject(outputReference, objects);
  return { workflowId, failures, end: { status, output: whole } };
}
