import type { ErrorHandler } from "./default-error-handler.ts";
import type { Node, NodeDefinition, StepEnvironment } from "./definition.ts";
import { describeError } from "./describe-error.ts";
import { errorCodeOf } from "./error-code-of.ts";
import type { WorkflowGraph } from "./graph.ts";
import type { HookRunner } from "./hook-runner.ts";
import { leave, pauseAt } from "./node-exit.ts";
import { consequenceOf } from "./node-failure.ts";
import type { PluginContext } from "./plugin.ts";
import { RefluxoError } from "./refluxo-error.ts";
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
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
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
    assertMayPause(step, run);
  } catch (error) {
    const endedAt = parts.now();
    const ended = { attempt: stepContext.attempt, startedAt, endedAt, inputDigest };
    const failure = await computeFailure(parts, step, { told, error, ...ended });
    return { ...failure, ...timed(endedAt) };
  }
  const endedAt = parts.now();
  const { input, data } = run;
  const after: PluginContext = run.type === "paused" ? { ...told, input } : { ...told, input, output: data };
  await parts.hooks.run("onAfterNodeExecution", environment.signal, (plugin) => plugin.onAfterNodeExecution?.(after));
  return {
    ...computeExit(parts.graph, step, run, { attempt: stepContext.attempt, endedAt, inputDigest }),
    ...timed(endedAt),
  };
}

interface Ended {
  readonly attempt: number;
  readonly endedAt: number;
  readonly inputDigest: string | undefined;
}

function computeExit(graph: WorkflowGraph, { snapshot, node }: Step, run: NodeRun, ended: Ended): Transition {
  const base = { schemaVersion: 1, type: "step", nodeId: node.id } as const;
  if (run.type === "paused") {
    return { ...base, ...pauseAt(snapshot, node, { ...run, endedAt: ended.endedAt }) };
  }
  const result = { output: run.data, ...describeAttempt(ended) };
  return { ...base, ...leave(graph, snapshot, node, { handle: run.nextHandle, result }) };
}

/** What has failed or was cancelled does not wait for anybody. */
function assertMayPause({ snapshot, node }: Step, run: NodeRun): void {
  if (run.type !== "paused" || snapshot.compensation === undefined) return;
  throw new RefluxoError("compensation.paused", `Node '${node.id}' paused, but a compensation must not pause`);
}

interface Failure extends Ended {
  readonly told: PluginContext;
  readonly error: unknown;
  readonly startedAt: number;
}

async function computeFailure(parts: StepParts, step: Step, failure: Failure): Promise<Transition> {
  const { snapshot, node, definition, environment, externalPayload } = step;
  const { error, attempt, endedAt, startedAt } = failure;
  const told = { ...failure.told, error, attempt };
  await parts.hooks.run("onNodeError", environment.signal, (plugin) => plugin.onNodeError?.(told));
  const firstAttemptAt = firstAttemptOf(snapshot, node.id) ?? startedAt;
  const fraction = parts.random();
  const { redact } = environment;
  const facts = { error, attempt, node, definition, redact, firstAttemptAt, failedAt: endedAt, fraction };
  const decision = await decideRetry(parts.errorHandler, facts);
  const base = { schemaVersion: 1, type: "step", nodeId: node.id } as const;
  const errorCode = redactCode(errorCodeOf(error), redact);
  const result = { output: null, ...describeAttempt(failure), error: decision.errorText, errorCode };
  const payload = externalPayload !== undefined && { externalPayload };
  if (decision.type === "fail") {
    const consequence = consequenceOf(parts.graph, snapshot, node.id, result);
    return { ...base, ...consequence, ...(consequence.status === "failed" && payload) };
  }
  const nextRetryAt = endedAt + decision.delayMs;
  const retryState = { nodeId: node.id, attempts: attempt, nextRetryAt, firstAttemptAt };
  return { ...base, status: "error", currentNodeId: node.id, result, retryState, ...payload };
}

/** Unknown of an attempt that ended with its process: the first that left a result counts as the first. */
function firstAttemptOf({ retryState }: Snapshot, nodeId: string): number | undefined {
  return retryState?.nodeId === nodeId ? retryState.firstAttemptAt : undefined;
}

function redactCode(code: string, redact: ((text: string) => string) | undefined): string {
  return redact === undefined ? code : describeError(code, redact);
}

function describeAttempt({ attempt, endedAt, inputDigest }: Ended) {
  return { timestamp: endedAt, attempt, ...(inputDigest !== undefined && { inputDigest }) };
}
