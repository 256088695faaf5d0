import type { ErrorHandler } from "./default-error-handler.ts";
import type { Node, NodeDefinition, StepEnvironment } from "./definition.ts";
import { findNextNodeId, type WorkflowGraph } from "./graph.ts";
import type { HookRunner } from "./hook-runner.ts";
import type { PluginContext } from "./plugin.ts";
import { decideRetry } from "./retry-decision.ts";
import { type NodePipeline, type NodeRun, runNode } from "./run-node.ts";
import type { Snapshot } from "./snapshot.ts";
import { createStepContext } from "./step-context.ts";
import type { Transition } from "./transition.ts";

/** The parts of an engine that a step needs. */
export interface StepParts {
  readonly graph: WorkflowGraph;
  readonly pipeline: NodePipeline;
  readonly errorHandler: ErrorHandler;
  readonly hooks: HookRunner;
  /** Epoch ms. */
  readonly now: () => number;
  readonly digest: ((input: unknown) => string) | undefined;
}

/** One run of one node. */
export interface Step {
  readonly snapshot: Snapshot;
  readonly node: Node;
  readonly definition: NodeDefinition;
  /** Wins over the payload that the snapshot holds. */
  readonly externalPayload: unknown;
  readonly globals: unknown;
  readonly environment: StepEnvironment;
}

/** Runs a node and says what that changes; a node that fails yields a transition like any other. */
export async function computeStep(parts: StepParts, step: Step): Promise<Transition> {
  const { snapshot, node, definition, globals, environment } = step;
  const externalPayload = step.externalPayload === undefined ? snapshot.externalPayload : step.externalPayload;
  const startedAt = parts.now();
  const stepContext = createStepContext(snapshot, node.id, environment, startedAt);
  const told: PluginContext = { node, definition, snapshot, globals, externalPayload, input: node.data };
  const attempt = { node, definition, context: snapshot.context, externalPayload, globals, step: stepContext };
  const timed = (endedAt: number) => ({ startedAt, durationMs: Math.max(0, Math.round(endedAt - startedAt)) });
  await parts.hooks.run("onBeforeNodeExecution", environment.signal, (plugin) => plugin.onBeforeNodeExecution?.(told));
  let run: NodeRun;
  let inputDigest: string | undefined;
  const noteInput = (input: unknown) => {
    inputDigest = parts.digest?.(input);
  };
  try {
    run = await runNode(attempt, parts.pipeline, noteInput);
  } catch (error) {
    const endedAt = parts.now();
    const ended = { attempt: stepContext.attempt, endedAt, inputDigest };
    const failure = await computeFailure(parts, step, { told, error, ...ended });
    return { ...failure, ...timed(endedAt) };
  }
  const endedAt = parts.now();
  const { input, data } = run;
  const after: PluginContext = run.type === "paused" ? { ...told, input } : { ...told, input, output: data };
  await parts.hooks.run("onAfterNodeExecution", environment.signal, (plugin) => plugin.onAfterNodeExecution?.(after));
  return {
    ...computeExit(parts.graph, node, run, { attempt: stepContext.attempt, endedAt, inputDigest }),
    ...timed(endedAt),
  };
}

interface Ended {
  readonly attempt: number;
  readonly endedAt: number;
  readonly inputDigest: string | undefined;
}

function computeExit(graph: WorkflowGraph, node: Node, run: NodeRun, ended: Ended): Transition {
  const base = { schemaVersion: 1, type: "step", nodeId: node.id } as const;
  if (run.type === "paused") {
    const { data, dueAt, children } = run;
    const pause = {
      nodeId: node.id,
      data,
      ...(dueAt !== undefined && { dueAt }),
      ...(children !== undefined && { children }),
    };
    return { ...base, status: "paused", currentNodeId: node.id, pause };
  }
  const nextNodeId = findNextNodeId(graph, node.id, run.nextHandle);
  const result = { output: run.data, ...describeAttempt(ended) };
  return { ...base, status: nextNodeId === null ? "completed" : "active", currentNodeId: nextNodeId, result };
}

interface Failure extends Ended {
  readonly told: PluginContext;
  readonly error: unknown;
}

async function computeFailure(parts: StepParts, step: Step, failure: Failure): Promise<Transition> {
  const { node, definition, environment, externalPayload } = step;
  const { error, attempt, endedAt } = failure;
  const told = { ...failure.told, error, attempt };
  await parts.hooks.run("onNodeError", environment.signal, (plugin) => plugin.onNodeError?.(told));
  const decision = await decideRetry(parts.errorHandler, {
    error,
    attempt,
    node,
    definition,
    redact: environment.redact,
  });
  const base = {
    schemaVersion: 1,
    type: "step",
    nodeId: node.id,
    currentNodeId: node.id,
    result: { output: null, ...describeAttempt(failure), error: decision.errorText },
  } as const;
  const payload = externalPayload !== undefined && { externalPayload };
  if (decision.type === "fail") {
    return { ...base, status: "failed", metadata: { failedReason: decision.errorText }, ...payload };
  }
  const retryState = { nodeId: node.id, attempts: attempt, nextRetryAt: endedAt + decision.delayMs };
  return { ...base, status: "error", retryState, ...payload };
}

function describeAttempt({ attempt, endedAt, inputDigest }: Ended) {
  return { timestamp: endedAt, attempt, ...(inputDigest !== undefined && { inputDigest }) };
}
