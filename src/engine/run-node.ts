import { copyData } from "./copy-data.ts";
import type { Node, NodeDefinition, StepContext } from "./definition.ts";
import { assertInTime, finishInTime } from "./finish-in-time.ts";
import { type NodeExit, readData, readOutcome } from "./read-outcome.ts";
import { RefluxoError } from "./refluxo-error.ts";
import type { Context } from "./snapshot.ts";
import type { Validator } from "./standard-schema-validator.ts";
import type { TransformEngine } from "./transform-engine.ts";

/** One attempt at a node. */
export interface NodeAttempt {
  readonly node: Node;
  readonly definition: NodeDefinition;
  readonly context: Context;
  readonly externalPayload: unknown;
  readonly globals: unknown;
  readonly step: StepContext;
}

/** What surrounds the executors. */
export interface NodePipeline {
  readonly transformEngines: readonly TransformEngine[];
  readonly validator: Validator | undefined;
}

/** How a node ended, and the input that its executor received. */
export type NodeRun = NodeExit & { readonly input: unknown };

/**
 * Runs a node once: transform, validate, execute, validate; `onInput` hears what the executor is about to get. Throws what any of them throws, the terminal `node.*`
 * errors when data or outcome break the node's contract, and the retryable `step.timeout` when the signal aborts.
 */
export async function runNode(
  attempt: NodeAttempt,
  pipeline: NodePipeline,
  onInput: (input: unknown) => void,
): Promise<NodeRun> {
  const { node, definition, context, externalPayload, globals, step } = attempt;
  const name = `Node '${node.id}'`;
  const inTime = <T>(work: () => Promise<T>) => finishInTime(step.signal, name, work);
  const { validator } = pipeline;

  let input = copyData(node.data);
  for (const engine of pipeline.transformEngines) {
    input = await inTime(async () => engine.transform(input, context, globals, step));
  }
  if (validator !== undefined && definition.metadata !== undefined) {
    input = await inTime(() => validateData(validator, node, "input", input, definition.metadata));
  }
  assertInTime(step.signal, name);
  onInput(input);
  const outcome = await inTime(async () => definition.executor(input, context, externalPayload, globals, step));
  const exit = readOutcome(outcome, node, definition);
  if (exit.type === "paused" || validator === undefined || definition.metadata?.output === undefined) {
    return { ...exit, input };
  }
  const metadata = { ...definition.metadata, input: definition.metadata.output };
  const output = await inTime(() => validateData(validator, node, "output", exit.data, metadata));
  return { ...exit, data: readData(output, node), input };
}

/** Input or output that fails its schema would fail again, so the error is terminal. */
async function validateData(
  validator: Validator,
  node: Node,
  side: "input" | "output",
  data: unknown,
  metadata: unknown,
): Promise<unknown> {
  const { valid, data: validated, errors } = await validator.validate(data, metadata);
  if (valid) return validated === undefined ? data : validated;
  throw new RefluxoError(
    `node.${side}_invalid`,
    `Validation failed for node '${node.id}': ${JSON.stringify(errors ?? [])}`,
  );
}
