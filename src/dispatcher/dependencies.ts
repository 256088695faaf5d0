import type { BlobEraser } from "../ports/blob-eraser.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { ChildRecords } from "../ports/child-records.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Random } from "../ports/random.ts";
import type { ResumeKeys } from "../ports/resume-keys.ts";
import type { StepQueue } from "../ports/step-queue.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { WorkflowEraser } from "../ports/workflow-eraser.ts";
import type { WorkflowReader } from "../ports/workflow-reader.ts";
import type { WorkflowStore } from "../ports/workflow-store.ts";
import { createPauseCache, type PauseCache } from "./children/read-pause.ts";
import type { DefinitionCatalog } from "./definition-catalog.ts";
import { FoldCache } from "./fold-cache.ts";
import { HandedOutSecrets } from "./handed-out-secrets.ts";
import { ValueStore } from "./value-store.ts";

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
  /** How many steps of a workflow one message may run, each committed by itself (DESIGN 4, continuing). */
  readonly stepsPerInvocation: number;
  /** How much of its workflow a message may carry, bytes; SQS bills a message per 64 KB. 0: nothing. */
  readonly carriedStateBytes: number;
  /** How many workflows of one batch are worked on at the same time. */
  readonly concurrency: number;
  /** The largest value that stays in its item, bytes of JSON; a larger one goes to the payload bucket. */
  readonly inlineValueBytes: number;
  /** The largest result, input or resume payload, bytes of JSON. */
  readonly maxValueBytes: number;
  /** How much of the large values that it read a container keeps, bytes of JSON. */
  readonly valueCacheBytes: number;
  /** How much of the workflows that it read a container keeps, bytes of JSON. */
  readonly foldCacheBytes: number;
}

const mebibyte = 2 ** 20;

/** Production's settings. */
export const defaultSettings: DispatcherSettings = {
  retentionMs: 30 * 24 * 3600 * 1000,
  maxClaims: 3,
  claimGraceMs: 2000,
  commitReserveMs: 5000,
  minimumStepMs: 1000,
  minimumReclaimedStepMs: 30_000,
  stepsPerInvocation: 1,
  carriedStateBytes: 48 * 1024,
  concurrency: 10,
  // By price: a write unit per KB against one PutObject (DESIGN 4, large values).
  inlineValueBytes: 8 * 1024,
  maxValueBytes: 50 * mebibyte,
  // In memory JSON takes 2 to 20 times its text.
  valueCacheBytes: 8 * mebibyte,
  foldCacheBytes: 8 * mebibyte,
};

/** Everything that the dispatcher works with; platforms hand it in. */
export interface DispatcherDependencies {
  readonly store: WorkflowStore;
  readonly children: ChildRecords;
  readonly queue: StepQueue;
  readonly blobs: BlobStore;
  /** Where large values go; no trigger listens there. */
  readonly payloadBucket: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly resumeKeys: ResumeKeys;
  readonly logger: Logger;
  /** Told of committed steps and ended workflows; without it nobody is. */
  readonly telemetry?: Telemetry;
  readonly definitions: DefinitionCatalog;
  /** Handed to nodes and transform engines, never persisted. */
  readonly globals: unknown;
  /** What `globals` handed out of secrets; the dispatcher adds its resume tokens and keeps all of them out of the store. */
  readonly handedOut?: HandedOutSecrets;
  readonly settings: DispatcherSettings;
  /** For lists, histories and erasures; only where they are asked for. */
  readonly records?: RecordPorts;
}

/** The ports of what is no step of the protocol. */
export interface RecordPorts {
  readonly reader: WorkflowReader;
  readonly eraser: WorkflowEraser;
  readonly blobEraser: BlobEraser;
}

/** The dependencies, and what the dispatcher makes of them once per container. */
export interface DispatcherParts extends DispatcherDependencies {
  readonly values: ValueStore;
  readonly folds: FoldCache;
  /** What the pauses say that this container read last, by `workflowId#version`. */
  readonly pauses: PauseCache;
  readonly handedOut: HandedOutSecrets;
}

/** Adds the caches that live as long as the container. */
export function createParts(dependencies: DispatcherDependencies): DispatcherParts {
  const { blobs, payloadBucket: bucket, settings } = dependencies;
  return {
    ...dependencies,
    values: new ValueStore({
      blobs,
      bucket,
      inlineBytes: settings.inlineValueBytes,
      maxBytes: settings.maxValueBytes,
      cacheBytes: settings.valueCacheBytes,
    }),
    folds: new FoldCache(settings.foldCacheBytes),
    pauses: createPauseCache(),
    handedOut: dependencies.handedOut ?? new HandedOutSecrets(),
  };
}

/** One invocation of the dispatcher: until when it may run, and for whom. */
export interface Invocation {
  /** Epoch ms at which the platform ends it. */
  readonly deadlineAt: number;
  /** Who asked, as the platform names callers; a history shows it. */
  readonly by?: string;
}
