import type { ParentLink } from "../contracts/command.ts";
import type { WorkflowStatus } from "../engine/index.ts";

/** Where a value lies that is too large for its item, and what it must be (DESIGN 4, large values). */
export interface ValueReference {
  /** The object's key in the payload bucket. */
  readonly key: string;
  /** Bytes of the value's JSON text in UTF-8. */
  readonly sizeBytes: number;
  /** The SHA-256 of these bytes, hex. */
  readonly sha256: string;
}

/** The business keys that a workflow is found by, by name: what its definition declares, as its input has it. */
export type Tags = Readonly<Record<string, string>>;

/** The immutable start of a workflow: what it runs, on which input, until when (item −2). */
export interface StoredStart {
  readonly workflowId: string;
  readonly definitionId: string;
  readonly definitionHash: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Epoch ms after which the workflow fails (its definition's longest duration). */
  readonly expiresAt: number;
  /** Epoch ms after which its items may be deleted. */
  readonly purgeAt: number;
  /** The input as JSON text, or where a large one lies. */
  readonly input: string | ValueReference;
  /** Absent when there are none. */
  readonly tags?: Tags;
  /** Who started it, as the platform names callers. */
  readonly by?: string;
  /** Of a child workflow: the pause that it was started for. */
  readonly parent?: ParentLink;
  /** Epoch ms at which the workflow was erased on request: nothing but this start is left, without its input. */
  readonly erasedAt?: number;
}

/** The one item per workflow that lists it and tells the sweeper when to look at it (item −1). */
export interface Head {
  readonly workflowId: string;
  readonly definitionId: string;
  readonly definitionHash: string;
  readonly startedAt: number;
  /** Epoch ms after which its items may be deleted. */
  readonly purgeAt: number;
  /** The version that this head speaks for. */
  readonly version: number;
  readonly status: WorkflowStatus;
  readonly tags?: Tags;
  /** Why it failed, shortened. */
  readonly failedReason?: string;
  /** Epoch ms at which the workflow was erased on request; no list has it any more. */
  readonly erasedAt?: number;
  /** Epoch ms at which the sweeper looks at the workflow; absent when it has ended. */
  readonly checkAt?: number;
  /** How long the sweeper waits after that look before the next one; it backs off. */
  readonly checkIntervalMs: number;
}

/** The lease that lets one dispatcher run one version. */
export interface Claim {
  readonly token: string;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** How often this version was claimed, this claim included. */
  readonly count: number;
}

/** How the owner of a committed version goes on with the versions after it, without a claim on them (DESIGN 4). */
export interface Continuation {
  /** The version of the message that its owner began with: a redelivery of that message sends on from here. */
  readonly from: number;
  /** Epoch ms until which it holds the next version; absent when it stopped here. */
  readonly until?: number;
}

/** Item v: the claim on version v and, once committed, the transition v → v+1 as JSON text. */
export interface StoredVersion {
  readonly version: number;
  readonly claim?: Claim;
  readonly transition?: string;
  readonly continuation?: Continuation;
}

/** A claim that is asked for; times are epoch ms. */
export interface ClaimRequest {
  readonly token: string;
  readonly expiresAt: number;
  readonly now: number;
  /**
   * Whether the version was begun before without a claim, by an owner that went on with it: that attempt is counted by the
   * first claim, which is refused when it is not the first.
   */
  readonly isContinued?: boolean;
}

/** A commit that is asked for. */
export interface CommitRequest {
  readonly token: string;
  /** As JSON text. */
  readonly transition: string;
  /**
   * `claimant` demands that the claim still carries the token; `continuer`, that nothing stands there; `anyone`, only that the
   * version is not committed, and takes a claim over by replacing its token.
   */
  readonly owner: "claimant" | "continuer" | "anyone";
  readonly continuation?: Continuation;
}

/** Everything that is stored of one workflow. */
export interface StoredWorkflow {
  readonly start: StoredStart;
  /** Absent only between the two writes of a start. */
  readonly head?: Head;
  /** Ascending by version. */
  readonly versions: readonly StoredVersion[];
}

/** Names one version of one workflow, and when its item may be deleted. */
export interface VersionKey {
  readonly workflowId: string;
  readonly version: number;
  /** Epoch ms. */
  readonly purgeAt: number;
}

export type ClaimResult =
  | { readonly type: "claimed"; readonly claim: Claim }
  | { readonly type: "refused"; readonly stored: StoredVersion };

export type CommitResult =
  | { readonly type: "committed" }
  | { readonly type: "refused"; readonly stored: StoredVersion };

/** A head whose `checkAt` has come. */
export interface DueCheck {
  readonly workflowId: string;
  /** Epoch ms. */
  readonly checkAt: number;
  /** The interval behind `checkAt`, as the head has it. */
  readonly checkIntervalMs: number;
}

/** How a head's check moves; times are epoch ms. */
export type CheckMove =
  /** To the sweeper's next look, if it is still what the sweeper saw. */
  | { readonly type: "onward"; readonly expected: number; readonly checkAt: number; readonly checkIntervalMs?: number }
  /** Nearer: only if there is a check that is later, or has a longer interval. */
  | { readonly type: "nearer"; readonly checkAt: number; readonly checkIntervalMs?: number }
  /**
   * Nearer for a workflow that has ended and is about to go on: its head, if it speaks for this version, gets a check
   * unless it has a nearer one.
   */
  | { readonly type: "again"; readonly version: number; readonly checkAt: number; readonly checkIntervalMs: number }
  /** Away, if it is still what the sweeper saw. */
  | { readonly type: "away"; readonly expected: number };

/**
 * Where workflows live. Invariants that every implementation keeps (test/conformance/):
 * - every read is strongly consistent, save `listDue`, `glance` and `glanceFrom`, whose answers are only hints;
 * - a write that was applied and whose answer was lost recognises itself by its token when it is tried again (I3);
 * - a committed version never changes (I2, I8).
 * Every method throws a retryable `RefluxoError` when the store cannot be reached.
 */
export interface WorkflowStore {
  /** Everything of one workflow, or undefined when it was never started. */
  load(workflowId: string): Promise<StoredWorkflow | undefined>;
  /** The versions of one workflow from `version` on, ascending, or the first `limit`; none when nothing stands there. */
  loadFrom(workflowId: string, version: number, limit?: number): Promise<readonly StoredVersion[]>;
  /**
   * The same as `load`, for less: what it shows was so once, and each item of it may be of another moment. Nothing may be
   * decided by it but what a condition of a write decides again.
   */
  glance(workflowId: string): Promise<StoredWorkflow | undefined>;
  /** The same as `loadFrom`, as `glance` shows it. */
  glanceFrom(workflowId: string, version: number): Promise<readonly StoredVersion[]>;
  /**
   * Writes the start unless there is one, and the entries that list it; returns the start that holds, and whether this
   * call surely wrote it.
   */
  createStart(start: StoredStart): Promise<{ readonly isNew: boolean; readonly start: StoredStart }>;
  /** Writes the head if there is none or it speaks for an older version; false when it is not older. */
  writeHead(head: Head): Promise<boolean>;
  /**
   * Claims a version and counts the claim; refused while committed, or claimed by another token until later than `now`
   * (epoch ms).
   */
  claim(key: VersionKey, claim: ClaimRequest): Promise<ClaimResult>;
  /** Commits a transition, if its `owner` may. */
  commit(key: VersionKey, commit: CommitRequest): Promise<CommitResult>;
  /**
   * Expires an own claim that is not committed, once. The count stays when the claim is `spent`: its node began.
   * Else the claim is given back, and counts no more. Does nothing when it is not ours any more.
   */
  release(key: VersionKey, release: { readonly token: string; readonly isSpent: boolean }): Promise<void>;
  /** Moves the check of a head, its interval too; false when it was not moved. */
  moveCheck(workflowId: string, move: CheckMove): Promise<boolean>;
  /** Heads whose `checkAt` is at or before `now` (epoch ms), at most `limit`, the longest due first within a shard. */
  listDue(now: number, limit: number): Promise<readonly DueCheck[]>;
  /** Keeps a definition's JSON text under its content hash; the same hash twice is one. */
  putDefinition(hash: string, json: string): Promise<void>;
  /** The JSON text of a definition, or undefined. */
  getDefinition(hash: string): Promise<string | undefined>;
}
