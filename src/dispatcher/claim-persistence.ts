import {
  IdempotencyItemAlreadyExistsError,
  IdempotencyItemNotFoundError,
  IdempotencyRecordStatus,
} from "@aws-lambda-powertools/idempotency";
import { BasePersistenceLayer, IdempotencyRecord } from "@aws-lambda-powertools/idempotency/persistence";
import { RefluxoError } from "../engine/index.ts";
import type { Claim, Continuation, StoredVersion, VersionKey, WorkflowStore } from "../ports/workflow-store.ts";

/** A commit that another owner forestalled: the state has moved on, so judge it again. */
export class CommitRefusedError extends RefluxoError {
  override readonly name = "CommitRefusedError";

  constructor() {
    super("step.commit-refused", "Another owner committed or took over this version", { isRetryable: true });
  }
}

/** What a run has its version by: a claim that it makes, or that its owner goes on from the version before. */
export type Hold = { readonly type: "claim"; readonly isContinued: boolean } | { readonly type: "continuation" };

/** What one guarded run of one version claims and commits with. */
export interface ClaimOptions {
  readonly store: WorkflowStore;
  readonly key: VersionKey;
  readonly token: string;
  readonly hold: Hold;
  readonly now: () => number;
  /** Epoch ms at which the hold ends by itself. */
  readonly expiresAt: number;
  /** Hears of a claim that could not be released. */
  readonly onReleaseFailed: (error: unknown) => void;
}

/**
 * Powertools' idempotency record for `workflowId#version`, kept in the version's own item: putting the record claims
 * the version, completing it commits the transition, deleting it expires the claim. An owner that goes on has said on the
 * version before that it holds this one (DESIGN 4, continuing): then nothing is put, and nothing is there to delete.
 *
 * 1. One instance serves one run, since it holds the run's token.
 * 2. The claim ends at the invocation's deadline and a grace, by our clock, whatever Powertools computes.
 * 3. A completed version is never taken for expired: its record has no expiry of its own (the item's TTL purges it).
 * 4. A delete is conditional on our token and keeps the count of claims, unless the run ended before its node began:
 *    what it needed could not be read, so no attempt was spent.
 * 5. An owner that goes on commits nothing once its hold is over: nobody may have claimed the version, and its item may
 *    have been erased.
 */
export class ClaimPersistence extends BasePersistenceLayer {
  /** The claim that this run holds, once made. */
  claim: Claim | undefined;
  /** Whether the node began, so that the claim has spent an attempt. */
  isSpent = false;
  /** How the owner goes on, committed with the transition; the run says it before it ends. */
  continuation: Continuation | undefined;
  /** What was found instead when the claim was refused. */
  refusedBy: StoredVersion | undefined;
  readonly #options: ClaimOptions;

  constructor(options: ClaimOptions) {
    super();
    this.#options = options;
  }

  /** Powertools asks for the time left only to compute an expiry that rule 2 replaces. */
  override saveInProgress(data: Parameters<BasePersistenceLayer["saveInProgress"]>[0]): Promise<void> {
    return super.saveInProgress(data, this.#options.expiresAt - this.#options.now());
  }

  protected override getHashedIdempotencyKey(): string {
    const { workflowId, version } = this.#options.key;
    return `${workflowId}#${version}`;
  }

  protected override async _putRecord(record: IdempotencyRecord): Promise<void> {
    const { store, key, token, hold, expiresAt, now } = this.#options;
    if (hold.type === "continuation") return;
    const result = await store.claim(key, { token, expiresAt, now: now(), isContinued: hold.isContinued });
    if (result.type === "claimed") {
      this.claim = result.claim;
      return;
    }
    this.refusedBy = result.stored;
    throw new IdempotencyItemAlreadyExistsError(
      `${record.idempotencyKey} is claimed or committed`,
      toRecord(record.idempotencyKey, result.stored),
    );
  }

  /** Never reached: a refused put says what it found. Powertools demands the method. */
  protected override async _getRecord(idempotencyKey: string): Promise<IdempotencyRecord> {
    if (this.refusedBy === undefined) throw new IdempotencyItemNotFoundError(`${idempotencyKey} was not read`);
    return toRecord(idempotencyKey, this.refusedBy);
  }

  protected override async _updateRecord(record: IdempotencyRecord): Promise<void> {
    const { store, key, token, hold, expiresAt, now } = this.#options;
    const transition: unknown = record.responseData;
    if (typeof transition !== "string") throw new TypeError("A guarded step resolves to its transition as JSON text");
    const isOver = hold.type === "continuation" && expiresAt <= now();
    if (isOver) throw new CommitRefusedError();
    const owner = hold.type === "claim" ? "claimant" : "continuer";
    const { continuation } = this;
    const result = await store.commit(key, { token, transition, owner, ...(continuation && { continuation }) });
    if (result.type === "refused") throw new CommitRefusedError();
  }

  protected override async _deleteRecord(): Promise<void> {
    const { store, key, token, hold, onReleaseFailed } = this.#options;
    if (hold.type === "continuation") return;
    // Powertools would throw this error in place of the step's own, and the claim runs out by itself anyway.
    await store.release(key, { token, isSpent: this.isSpent }).catch(onReleaseFailed);
  }
}

function toRecord(idempotencyKey: string, { claim, transition }: StoredVersion): IdempotencyRecord {
  if (transition !== undefined) {
    const status = IdempotencyRecordStatus.COMPLETED;
    return new IdempotencyRecord({ idempotencyKey, status, responseData: transition });
  }
  const status = IdempotencyRecordStatus.INPROGRESS;
  return new IdempotencyRecord({ idempotencyKey, status, inProgressExpiryTimestamp: claim?.expiresAt ?? 0 });
}
