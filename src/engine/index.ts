export type {
  Edge,
  Node,
  NodeDefinition,
  NodeMetadata,
  NodeOutcome,
  NodesDefinition,
  RetryPolicy,
  StepContext,
  WorkflowDefinition,
} from "./definition.ts";
export { RefluxoError } from "./refluxo-error.ts";
export type { Context, NodeResult, Pause, RetryState, Snapshot, WorkflowStatus } from "./snapshot.ts";
export type { StandardSchemaIssue, StandardSchemaResult, StandardSchemaV1 } from "./standard-schema.ts";
export type { Transition } from "./transition.ts";
