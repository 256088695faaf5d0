import type { createDispatcher, DispatcherSettings } from "../dispatcher/index.ts";
import type { NodesDefinition, WorkflowEngineOptions } from "../engine/index.ts";
import type { Answers } from "./answers.ts";
import type { EffectRecorder } from "./effects.ts";
import type { Fake } from "./fake-node.ts";

/** What the engine of a run is made of, besides definitions, node types and clock. */
export type EngineTraits = Partial<
  Pick<WorkflowEngineOptions, "validator" | "transformEngines" | "errorHandler" | "plugins" | "reportPluginError">
>;

/** How a workflow is run. Keys of `fakes` and `failures` are node ids, `definitionId/nodeId`, or node types; an id goes first. */
export interface RunOptions {
  /** The payload of the start; null when absent. */
  readonly input?: unknown;
  /** The node types besides the built-in ones. */
  readonly nodeDefinitions?: NodesDefinition;
  readonly fakes?: Readonly<Record<string, Fake>>;
  /** The n-th attempt at the node throws the n-th error, before its code runs; undefined lets an attempt pass. */
  readonly failures?: Readonly<Record<string, readonly (Error | undefined)[]>>;
  readonly answers?: Answers;
  /** Definitions that the main one may start. */
  readonly definitions?: readonly object[];
  /** `<definition id>-1` when absent. */
  readonly workflowId?: string;
  /** Objects that are there before the run, by `<bucket>/<key>`. */
  readonly objects?: Readonly<Record<string, string | Uint8Array>>;
  /** What `globals.secret` finds, by reference without a field; an object is a JSON secret. */
  readonly secrets?: Readonly<Record<string, string | object>>;
  /** Handed to nodes beside what the platform hands them. */
  readonly globals?: object | ((kit: { readonly effects: EffectRecorder }) => object);
  readonly engine?: EngineTraits;
  readonly settings?: Partial<DispatcherSettings>;
  /** Whether the sweeper runs; true when absent. Without, nothing that waits over 15 minutes goes on. */
  readonly sweeper?: boolean;
  /** The process dies here, as `formatCrashPoint` writes it, such as `store.commit 3 before`. */
  readonly crashAt?: string;
  /** Makes the dispatcher; another than the real one is for tests of this kit. */
  readonly createDispatcher?: typeof createDispatcher;
}
