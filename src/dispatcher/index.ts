export { createDispatcher, type Dispatcher } from "./create-dispatcher.ts";
export { createSweeper, type Sweeper } from "./create-sweeper.ts";
export { DefinitionCatalog } from "./definition-catalog.ts";
export {
  type DispatcherDependencies,
  type DispatcherSettings,
  defaultSettings,
  type Invocation,
  type RecordPorts,
} from "./dependencies.ts";
export { HandedOutSecrets } from "./handed-out-secrets.ts";
export type { Obstacle } from "./list-obstacles.ts";
export {
  type HistoryEntry,
  isWhole,
  type Outcome,
  type PauseState,
  type PauseView,
  type RefusalCode,
  type WorkflowView,
} from "./outcome.ts";
export { type DeploymentPlan, type PlannedGraph, planDeployment } from "./plan-deployment.ts";
export { type PrepareDefinition, prepareOnce } from "./prepare-definition.ts";
export { type LiveProgress, readLiveWorkflows } from "./read-live-workflows.ts";
export { RedactingLogger } from "./redacting-logger.ts";
export { makeResumeToken } from "./resume-token.ts";
export { resumeUrl } from "./resume-url.ts";
export { SecretCache } from "./secret-cache.ts";
export type { SweepReport } from "./sweep.ts";
export type { NeededNode } from "./unmet-needs.ts";
