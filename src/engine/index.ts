export { assertValidDefinition } from "./assert-valid-definition.ts";
export { certainIssues } from "./certain-issues.ts";
export { lastError, lastOutput } from "./context.ts";
export { listDataIssues } from "./data-problems.ts";
export { DefaultErrorHandler, type ErrorHandler } from "./default-error-handler.ts";
export {
  type DefineNode,
  defineNode,
  defineNodeWith,
  type ExecutorStep,
  type HandlesDeclaration,
  type NodeSpec,
  type TypedNodeDefinition,
  type TypedOutcome,
} from "./define-node.ts";
export { defineWorkflow, type TypedDefinition } from "./define-workflow.ts";
export type {
  CaughtError,
  ChildResult,
  ChildrenPlan,
  ChildrenResults,
  ChildStart,
  Compensated,
  Edge,
  Node,
  NodeDefinition,
  NodeMetadata,
  NodeOutcome,
  NodesDefinition,
  ResultObject,
  ResumeTokenOptions,
  RetryPolicy,
  StepContext,
  StepEnvironment,
  WorkflowDefinition,
  WorkflowFacts,
} from "./definition.ts";
export { describeError } from "./describe-error.ts";
export { errorCodeOf } from "./error-code-of.ts";
export { findNodeDefinition } from "./find-node-definition.ts";
export { findNonJson, type NonJson } from "./find-non-json.ts";
export { foldTransitions } from "./fold-transitions.ts";
export { defaultMaxSteps, findStartNodeId, type RunnableDefinition } from "./graph.ts";
export type { NodeFailure } from "./node-failure.ts";
export {
  cancelledReason,
  cancelTransition,
  eraseTransition,
  failTransition,
  isTerminal,
  joinTransition,
  resumeTransition,
  retryTransition,
  timerTransition,
  wasUndone,
} from "./outside-transitions.ts";
export type { ErrorPluginContext, Plugin, PluginContext, PluginHook, ReportPluginError } from "./plugin.ts";
export { maxChildConcurrency, maxChildren } from "./read-children.ts";
export { RefluxoError } from "./refluxo-error.ts";
export { defaultRetryPolicy, type RetryFacts } from "./retry-policy.ts";
export { RetryableError, type RetryableErrorOptions } from "./retryable-error.ts";
export type {
  Abandoned,
  Compensation,
  CompensationFailure,
  Context,
  EndReason,
  Joined,
  NodeResult,
  Pause,
  PauseChildren,
  RetryState,
  Snapshot,
  UndoEntry,
  WorkflowStatus,
} from "./snapshot.ts";
export type {
  SchemaInput,
  SchemaOutput,
  StandardSchemaIssue,
  StandardSchemaResult,
  StandardSchemaV1,
} from "./standard-schema.ts";
export {
  StandardSchemaValidator,
  type ValidationError,
  type ValidationResult,
  type Validator,
} from "./standard-schema-validator.ts";
export { TerminalError } from "./terminal-error.ts";
export type { TransformEngine } from "./transform-engine.ts";
export { applyTransition, type Transition } from "./transition.ts";
export { transitionBetween } from "./transition-between.ts";
export type { Expressible, Expression } from "./typed-graph.ts";
export {
  type ExecuteLimits,
  type ExecuteOptions,
  stepLimitReason,
  WorkflowEngine,
  type WorkflowEngineOptions,
} from "./workflow-engine.ts";
