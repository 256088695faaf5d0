import { type Context, type NodeOutcome, RefluxoError, type StepContext } from "../engine/index.ts";
import type { SimulatedClock } from "../platforms/memory/index.ts";
import type { EffectRecorder } from "./effects.ts";
import { isNodeDefinition } from "./fake-node.ts";
import { findEntry } from "./find-entry.ts";
import type { RunOptions } from "./run-options.ts";
import type { PlannedNode } from "./test-plan.ts";

/** One run of one node. */
export interface NodeCall {
  readonly data: unknown;
  readonly context: Context;
  readonly payload: unknown;
  readonly globals: unknown;
  readonly step: StepContext;
  readonly effects: EffectRecorder;
  readonly clock: SimulatedClock;
}

/** Runs a node, or what stands in for it; throws the failure that the script has for this attempt. */
export async function runPlanned(
  { node, definitionId, original, definition }: PlannedNode,
  { fakes, failures }: Pick<RunOptions, "fakes" | "failures">,
  call: NodeCall,
): Promise<NodeOutcome> {
  const { data, context, payload, globals, step, clock, effects } = call;
  const attempts = Object.hasOwn(context, node.id) ? (context[node.id]?.length ?? 0) : 0;
  const failure = findEntry(failures, definitionId, node)?.[attempts];
  if (failure !== undefined) throw failure;
  const fake = findEntry(fakes, definitionId, node);
  if (fake === undefined || isNodeDefinition(fake)) return definition.executor(data, context, payload, globals, step);
  const run = typeof fake === "function" ? fake : fake.run;
  return run(data, {
    ...{ nodeId: node.id, definitionId, context, payload, globals, step, effects },
    original: async () => {
      if (original !== undefined) return original.executor(data, context, payload, globals, step);
      throw new RefluxoError("testing.no-original", `There is no node type ${node.type} behind the fake`);
    },
    takes: async (ms) => {
      clock.advanceTo(clock.now() + ms, () => step.signal.aborted);
      step.signal.throwIfAborted();
    },
  });
}
