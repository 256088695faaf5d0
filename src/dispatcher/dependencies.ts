import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Random } from "../ports/random.ts";
import type { ResumeKeys } from "../ports/resume-keys.ts";
import type { StepQueue } from "../ports/step-queue.ts";
import type { WorkflowStore } from "../ports/workflow-store.ts";
import type { DefinitionCatalog } from "./definition-catalog.ts";

/** The numbers that the protocol runs on; `defaultSettings` has those of production. */
export interface DispatcherSettings {
  /** How long an ended workflow's items are kept, ms. */
  readonly retentionMs: number;
  /** How often one version may be claimed before the workflow fails; below the queue's maxReceiveCount. */
  readonly maxClaims: number;
  /** How long a claim outlives its invocation's deadline, ms; covers the skew between clocks. */
  readonly claimGraceMs: number;
  /** How much of an invocation is kept for commit and send after a step's signal has fired, ms. */
  readonly commitReserveMs: number;
  /** The least time left in which a step is begun, ms. */
  readonly minimumStepMs: number;
  /** The same for a step that was claimed before and not committed, ms. */
  readonly minimumReclaimedStepMs: number;
  /** How many workflows of one batch are worked on at the same time. */
  readonly concurrency: number;
  /** The largest transition that is stored, bytes of JSON; a DynamoDB item holds at most 400 KB. */
  readonly maxTransitionBytes: number;
  /** The largest input or resume payload, bytes of JSON. */
  readonly maxPayloadBytes: number;
}

/** Production's settings. */
export const defaultSettings: DispatcherSettings = {
  retentionMs: 30 * 24 * 3600 * 1000,
  maxClaims: 3,
  claimGraceMs: 2000,
  commitReserveMs: 5000,
  minimumStepMs: 1000,
  minimumReclaimedStepMs: 30_000,
  concurrency: 10,
  maxTransitionBytes: 350_000,
  maxPayloadBytes: 256 * 1024,
};

/** Everything that the dispatcher works with; platforms hand it in. */
export interface DispatcherDependencies {
  readonly store: WorkflowStore;
  readonly queue: StepQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly resumeKeys: ResumeKeys;
  readonly logger: Logger;
  readonly definitions: DefinitionCatalog;
  /** Handed to nodes and transform engines, never persisted. */
  readonly globals: unknown;
  readonly settings: DispatcherSettings;
}

/** One invocation of the dispatcher: until when it may run. */
export interface Invocation {
  /** Epoch ms at which the platform ends it. */
  readonly deadlineAt: number;
}
