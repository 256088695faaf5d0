import type { RunningStep } from "./compute-step.ts";
import type { WorkflowGraph } from "./graph.ts";
import { leave, pauseAt } from "./node-exit.ts";
import type { NodeExit } from "./read-outcome.ts";
import { RefluxoError } from "./refluxo-error.ts";
import type { NodeResult } from "./snapshot.ts";
import type { Transition } from "./transition.ts";

/** What a node changed that did not fail. */
export function computeExit(graph: WorkflowGraph, running: RunningStep, exit: NodeExit): Transition {
  const { step, node, startedAt, endedAt } = running;
  const course =
    exit.type === "paused"
      ? pauseAt(step.snapshot, node, { ...exit, endedAt })
      : leave(graph, step.snapshot, node, { handle: exit.nextHandle, result: resultOf(running, exit.data) });
  return { ...course, schemaVersion: 1, type: "step", nodeId: node.id, startedAt, durationMs: durationOf(running) };
}

/** The result of an attempt that has ended. */
export function resultOf({ stepContext, endedAt, inputDigest }: RunningStep, output: unknown): NodeResult {
  const result = { output, timestamp: endedAt, attempt: stepContext.attempt };
  return inputDigest === undefined ? result : { ...result, inputDigest };
}

/** How long it took, whole ms; a clock that goes back makes it 0. */
export function durationOf({ startedAt, endedAt }: RunningStep): number {
  return Math.max(0, Math.round(endedAt - startedAt));
}

/** What has failed or was cancelled does not wait for anybody: throws the terminal `compensation.paused`. */
export function assertMayPause({ step, node }: RunningStep, exit: NodeExit): void {
  if (exit.type !== "paused" || step.snapshot.compensation === undefined) return;
  throw new RefluxoError("compensation.paused", `Node '${node.id}' paused, but a compensation must not pause`);
}
