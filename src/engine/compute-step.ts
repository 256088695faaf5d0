import { assertMayPause, computeExit, durationOf, resultOf } from "./compute-exit.ts";
import type { ErrorHandler } from "./default-error-handler.ts";
import type { Node, NodeDefinition, StepEnvironment } from "./definition.ts";
import { describeError } from "./describe-error.ts";
import { errorCodeOf } from "./error-code-of.ts";
import type { WorkflowGraph } from "./graph.ts";
import type { HookRunner } from "./hook-runner.ts";
import { consequenceOf } from "./node-failure.ts";
import type { PluginContext } from "./plugin.ts";
import type { NodeExit } from "./read-outcome.ts";
import { decideRetry } from "./retry-decision.ts";
import {
  callExecutor,
  type NodeAttempt,
  type NodePipeline,
  needsPreparation,
  prepareInput,
  readExit,
} from "./run-node.ts";
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
  /** Makes the data that the node is run with. */
  readonly copyData: () => unknown;
  readonly definition: NodeDefinition;
  /** Wins over the payload that the snapshot holds. */
  readonly externalPayload: unknown;
  readonly globals: unknown;
  readonly environment: StepEnvironment;
  /** The environment's, which the step is given up with; undefined when it never aborts. */
  readonly signal: AbortSignal | undefined;
}

/** A step while it runs. */
export interface RunningStep extends NodeAttempt {
  readonly step: Step;
  readonly startedAt: number;
  input: unknown;
  inputDigest: string | undefined;
  endedAt: number;
}

/**
 * Runs a node and says what that changes; a node that fails yields a transition like any other. Whatever an `async`
 * function names is allocated anew for each step, so this one names little.
 */
export async function computeStep(parts: StepParts, step: Step): Promise<Transition> {
  const running = beginStep(parts, step);
  if (parts.hooks.hasPlugins) await tellBefore(parts, running);
  let exit: NodeExit;
  try {
    if (needsPreparation(running, parts.pipeline)) running.input = await prepareInput(running, parts.pipeline);
    if (parts.digest !== undefined) noteInput(parts.digest, running);
    const read = readExit(running, parts.pipeline, await callExecutor(running));
    exit = read instanceof Promise ? await read : read;
    assertMayPause(running, exit);
  } catch (error) {
    running.endedAt = parts.now();
    return computeFailure(parts, running, error);
  }
  running.endedAt = parts.now();
  if (parts.hooks.hasPlugins) await tellAfter(parts, running, exit);
  return computeExit(parts.graph, running, exit);
}

function beginStep(parts: StepParts, step: Step): RunningStep {
  const { snapshot, node, copyData, definition, globals, environment, signal } = step;
  const startedAt = parts.now();
  return {
    step,
    node,
    definition,
    context: snapshot.context,
    externalPayload: step.externalPayload === undefined ? snapshot.externalPayload : step.externalPayload,
    globals,
    stepContext: createStepContext(snapshot, node.id, environment, startedAt),
    signal,
    startedAt,
    input: copyData(),
    inputDigest: undefined,
    endedAt: startedAt,
  };
}

/** Late work is not begun, so its executor receives nothing. */
function noteInput(digest: (input: unknown) => string, running: RunningStep): void {
  if (!running.signal?.aborted) running.inputDigest = digest(running.input);
}

async function tellBefore({ hooks }: StepParts, running: RunningStep): Promise<void> {
  const told = toldOf(running);
  await hooks.run("onBeforeNodeExecution", running.signal, (plugin) => plugin.onBeforeNodeExecution?.(told));
}

async function tellAfter({ hooks }: StepParts, running: RunningStep, { type, data }: NodeExit): Promise<void> {
  const told = { ...toldOf(running), input: running.input, ...(type === "left" && { output: data }) };
  await hooks.run("onAfterNodeExecution", running.signal, (plugin) => plugin.onAfterNodeExecution?.(told));
}

function toldOf({ step, node, definition, globals, externalPayload }: RunningStep): PluginContext {
  return { node, definition, snapshot: step.snapshot, globals, externalPayload, input: node.data };
}

async function computeFailure(parts: StepParts, running: RunningStep, error: unknown): Promise<Transition> {
  const { step, node, definition, stepContext, startedAt, endedAt } = running;
  const { snapshot, environment, externalPayload } = step;
  const { attempt } = stepContext;
  const told = { ...toldOf(running), error, attempt };
  await parts.hooks.run("onNodeError", running.signal, (plugin) => plugin.onNodeError?.(told));
  const firstAttemptAt = firstAttemptOf(snapshot, node.id) ?? startedAt;
  const fraction = parts.random();
  const { redact } = environment;
  const facts = { error, attempt, node, definition, redact, firstAttemptAt, failedAt: endedAt, fraction };
  const decision = await decideRetry(parts.errorHandler, facts);
  const errorCode = redactCode(errorCodeOf(error), redact);
  const result = { ...resultOf(running, null), error: decision.errorText, errorCode };
  const base = { schemaVersion: 1, type: "step", nodeId: node.id, startedAt, durationMs: durationOf(running) } as const;
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
