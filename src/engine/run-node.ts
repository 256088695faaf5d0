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
  readonly stepContext: StepContext;
  /** Ends the attempt when it aborts; undefined when nothing can. */
  readonly signal: AbortSignal | undefined;
  /** What the executor receives: first a copy of the node's data, for this attempt alone, and then what is made of it. */
  readonly input: unknown;
}

/** What surrounds the executors. */
export interface NodePipeline {
  readonly transformEngines: readonly TransformEngine[];
  readonly validator: Validator | undefined;
}

/** Whether anything is to be done with a node's data before its executor gets them. */
export function needsPreparation({ definition }: NodeAttempt, { transformEngines, validator }: NodePipeline): boolean {
  return transformEngines.length > 0 || (validator !== undefined && definition.metadata !== undefined);
}

/** The input of an executor: the node's data as the transform engines and the validator make it. Throws what they do. */
export async function prepareInput(
  attempt: NodeAttempt,
  { transformEngines, validator }: NodePipeline,
): Promise<unknown> {
  const { node, definition, context, globals, stepContext, signal } = attempt;
  const name = () => nameOf(attempt);
  let { input } = attempt;
  for (const engine of transformEngines) {
    input = await finishInTime(signal, name, () => engine.transform(input, context, globals, stepContext));
  }
  if (validator === undefined || definition.metadata === undefined) return input;
  return finishInTime(signal, name, () => validateData(validator, node, "input", input, definition.metadata));
}

/**
 * What the executor resolves to; what it throws, and `step.timeout` when the signal aborts first. A promise more would
 * cost as much as much of the step, so a step that cannot abort awaits the executor's own.
 */
export function callExecutor(attempt: NodeAttempt): Promise<unknown> {
  return attempt.signal === undefined ? execute(attempt) : executeInTime(attempt, attempt.signal);
}

function execute(attempt: NodeAttempt): Promise<unknown> {
  const { definition, input, context, externalPayload, globals, stepContext } = attempt;
  return definition.executor(input, context, externalPayload, globals, stepContext);
}

function executeInTime(attempt: NodeAttempt, signal: AbortSignal): Promise<unknown> {
  const name = () => nameOf(attempt);
  assertInTime(signal, name);
  return finishInTime(signal, name, () => execute(attempt));
}

/** How a node ended, by what its executor resolved to; throws the terminal `node.*` errors when that breaks its contract. */
export function readExit(
  attempt: NodeAttempt,
  { validator }: NodePipeline,
  outcome: unknown,
): NodeExit | Promise<NodeExit> {
  const { node, definition } = attempt;
  const exit = readOutcome(outcome, node, definition);
  if (exit.type === "paused" || validator === undefined || definition.metadata?.output === undefined) return exit;
  return validateOutput(attempt, validator, exit);
}

async function validateOutput(attempt: NodeAttempt, validator: Validator, exit: NodeExit): Promise<NodeExit> {
  const { node, definition, signal } = attempt;
  const metadata = { ...definition.metadata, input: definition.metadata?.output };
  const validate = () => validateData(validator, node, "output", exit.data, metadata);
  const output = await finishInTime(signal, () => nameOf(attempt), validate);
  return { ...exit, data: readData(output, node) };
}

/** What a step that ran out of time says did not finish. */
function nameOf({ node }: NodeAttempt): string {
  return `Node '${node.id}'`;
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
