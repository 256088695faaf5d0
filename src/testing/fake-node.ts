import type { Context, NodeDefinition, NodeOutcome, StepContext } from "../engine/index.ts";
import type { EffectRecorder } from "./effects.ts";

/** What a fake is told besides its node's data. */
export interface FakeCall {
  readonly nodeId: string;
  readonly definitionId: string;
  readonly context: Context;
  /** What the start, a resume or a timer brought. */
  readonly payload: unknown;
  readonly globals: unknown;
  readonly step: StepContext;
  /** Takes down what the node does to the world outside. */
  readonly effects: EffectRecorder;
  /** Runs the node type that is faked; rejects when there is none of that name. */
  original(): Promise<NodeOutcome>;
  /** Lets that much simulated time pass, ms; rejects with the signal's reason when the step runs out of time. */
  takes(ms: number): Promise<void>;
}

/** A fake's code. */
export type FakeExecutor = (data: unknown, call: FakeCall) => NodeOutcome | Promise<NodeOutcome>;

/** What a fake has in place of the faked type's own: its retry policy, handles, schemas, time limit. */
export type FakeTraits = Partial<Omit<NodeDefinition, "executor">>;

/** A fake with traits of its own. */
export interface FakeNode {
  readonly run: FakeExecutor;
  readonly traits: FakeTraits;
}

/**
 * What runs in place of a node: a function or a `fakeNode`, which keep the faked type's schemas, handles and retries, so
 * that a fake which answers what the real node may not is found out; or a whole node type, which replaces it.
 */
export type Fake = FakeExecutor | FakeNode | NodeDefinition;

/** A fake that always answers the same, or by a function; with traits in place of the faked type's own. */
export function fakeNode(answer: NodeOutcome | FakeExecutor, traits: FakeTraits = {}): FakeNode {
  return { run: typeof answer === "function" ? answer : () => answer, traits };
}

/** Whether a fake replaces its type whole. */
export function isNodeDefinition(fake: Fake): fake is NodeDefinition {
  return "executor" in fake;
}
