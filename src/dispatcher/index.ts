export { createDispatcher, type Dispatcher } from "./create-dispatcher.ts";
export { createSweeper, type Sweeper } from "./create-sweeper.ts";
export { DefinitionCatalog } from "./definition-catalog.ts";
export {
  type DispatcherDependencies,
  type DispatcherSettings,
  defaultSettings,
  type Invocation,
} from "./dependencies.ts";
export type { Outcome, RefusalCode, WorkflowView } from "./outcome.ts";
export type { SweepReport } from "./sweep.ts";
