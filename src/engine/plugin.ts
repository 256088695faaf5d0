import type { Node, NodeDefinition } from "./definition.ts";
import type { Snapshot } from "./snapshot.ts";

/** What the node hooks are told. Read it, never change it: the snapshot is the engine's own. */
export interface PluginContext {
  readonly node: Node;
  readonly definition: NodeDefinition;
  /** The snapshot that the step began with. */
  readonly snapshot: Snapshot;
  readonly globals?: unknown;
  readonly externalPayload?: unknown;
  /** The node's static data before it runs; what the executor received after. */
  readonly input: unknown;
  /** The node's output; absent before it runs, when it fails and when it pauses. */
  readonly output?: unknown;
}

/** What `onNodeError` is told besides. */
export interface ErrorPluginContext extends PluginContext {
  readonly error: unknown;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/**
 * Watches workflows run. Hooks run before the host stores the step, so a step that is run again fires them again.
 * A hook that throws, or is not done when the step's signal aborts, never stops the step.
 */
export interface Plugin {
  readonly name: string;
  /** Before the first step of a workflow (version 0). */
  onWorkflowStart?(snapshot: Snapshot): Promise<void> | void;
  onBeforeNodeExecution?(context: PluginContext): Promise<void> | void;
  /** After an attempt that succeeded or paused. */
  onAfterNodeExecution?(context: PluginContext): Promise<void> | void;
  /** After an attempt that failed, before it is decided whether it is retried. */
  onNodeError?(context: ErrorPluginContext): Promise<void> | void;
  onWorkflowPause?(snapshot: Snapshot): Promise<void> | void;
  onWorkflowComplete?(snapshot: Snapshot): Promise<void> | void;
}

/** The name of a hook. */
export type PluginHook = Exclude<keyof Plugin, "name">;

/** Where errors that hooks throw go; the engine itself logs nothing. */
export type ReportPluginError = (error: unknown, pluginName: string, hookName: PluginHook) => void;
