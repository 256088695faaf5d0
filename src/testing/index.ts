export type { Refusal } from "./answer-pauses.ts";
export { type AnswerFunction, type Answers, answerAfter, cancel, type OpenPause } from "./answers.ts";
export { assertEffects, assertPath, assertStatus } from "./assertions.ts";
export { type CrashOptions, type CrashReport, crashEverywhere } from "./crash-everywhere.ts";
export type { EffectPromise, EffectPromises } from "./effect-promises.ts";
export type { Effect, EffectOptions, EffectRecorder } from "./effects.ts";
export {
  type Fake,
  type FakeCall,
  type FakeExecutor,
  type FakeNode,
  type FakeTraits,
  fakeNode,
} from "./fake-node.ts";
export type { EngineTraits, RunOptions } from "./run-options.ts";
export { runWorkflow } from "./run-workflow.ts";
export { payloadBucket } from "./test-globals.ts";
export type { FailedAttempt, PathStep, RunResult, TestRun, WorkflowRun } from "./workflow-run.ts";
