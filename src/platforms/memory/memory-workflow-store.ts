import type { PauseKey } from "../../ports/child-records.ts";
import type { LiveWorkflowReader } from "../../ports/live-workflow-reader.ts";
import type { WorkflowEraser } from "../../ports/workflow-eraser.ts";
import type { ListKey, ListPosition, ListRange, WorkflowReader } from "../../ports/workflow-reader.ts";
import type {
  CheckMove,
  Claim,
  ClaimRequest,
  ClaimResult,
  CommitRequest,
  CommitResult,
  DueCheck,
  Head,
  StoredStart,
  StoredVersion,
  StoredWorkflow,
  VersionKey,
  WorkflowStore,
} from "../../ports/workflow-store.ts";

import { MemoryChildRecords } from "./memory-child-records.ts";

interface Entry {
  start?: StoredStart;
  head?: Head;
  readonly versions: Map<number, StoredVersion>;
}

/** A workflow store in memory, for tests: the same invariants as the real one, no expiry of items. */
export class MemoryWorkflowStore implements WorkflowStore, WorkflowReader, WorkflowEraser, LiveWorkflowReader {
  readonly #entries = new Map<string, Entry>();
  readonly #definitions = new Map<string, string>();
  /** What is kept of children, in the same store. */
  readonly children: MemoryChildRecords = new MemoryChildRecords();

  async load(workflowId: string): Promise<StoredWorkflow | undefined> {
    const entry = this.#entries.get(workflowId);
    if (entry?.start === undefined) return undefined;
    const versions = [...entry.versions.values()].sort((a, b) => a.version - b.version);
    return { start: entry.start, versions, ...(entry.head && { head: entry.head }) };
  }

  async loadFrom(workflowId: string, version: number, limit?: number): Promise<readonly StoredVersion[]> {
    const versions = this.#entries.get(workflowId)?.versions ?? new Map<number, StoredVersion>();
    const found = [...versions.values()].filter((stored) => stored.version >= version);
    return found.sort((a, b) => a.version - b.version).slice(0, limit);
  }

  /** Memory has no replicas: what it shows is never old. */
  async glance(workflowId: string): Promise<StoredWorkflow | undefined> {
    return this.load(workflowId);
  }

  /** As `glance`. */
  async glanceFrom(workflowId: string, version: number): Promise<readonly StoredVersion[]> {
    return this.loadFrom(workflowId, version);
  }

  async createStart(start: StoredStart): Promise<{ isNew: boolean; start: StoredStart }> {
    const entry = this.#entry(start.workflowId);
    if (entry.start !== undefined) return { isNew: false, start: entry.start };
    entry.start = start;
    return { isNew: true, start };
  }

  async writeHead(head: Head): Promise<boolean> {
    const entry = this.#entry(head.workflowId);
    if (entry.head !== undefined && entry.head.version >= head.version) return false;
    entry.head = head;
    return true;
  }

  async claim(
    { workflowId, version }: VersionKey,
    { token, expiresAt, now, isContinued = false }: ClaimRequest,
  ): Promise<ClaimResult> {
    const { versions } = this.#entry(workflowId);
    const stored = versions.get(version);
    if (stored?.transition !== undefined) return { type: "refused", stored };
    if (stored?.claim !== undefined && (stored.claim.expiresAt > now || isContinued)) {
      return stored.claim.token === token ? { type: "claimed", claim: stored.claim } : { type: "refused", stored };
    }
    const claim: Claim = { token, expiresAt, count: (stored?.claim?.count ?? 0) + (isContinued ? 2 : 1) };
    versions.set(version, { version, claim });
    return { type: "claimed", claim };
  }

  async commit(
    { workflowId, version }: VersionKey,
    { token, transition, owner, continuation }: CommitRequest,
  ): Promise<CommitResult> {
    const { versions } = this.#entry(workflowId);
    const stored = versions.get(version) ?? { version };
    if (stored.transition !== undefined) {
      return stored.claim?.token === token ? { type: "committed" } : { type: "refused", stored };
    }
    const isHeld = owner === "claimant" ? stored.claim?.token === token : owner === "anyone" || !versions.has(version);
    if (!isHeld) return { type: "refused", stored };
    const claim: Claim = { expiresAt: 0, count: 0, ...stored.claim, token };
    versions.set(version, { version, claim, transition, ...(continuation !== undefined && { continuation }) });
    return { type: "committed" };
  }

  async release(
    { workflowId, version }: VersionKey,
    { token, isSpent }: { token: string; isSpent: boolean },
  ): Promise<void> {
    const { versions } = this.#entry(workflowId);
    const { claim, transition } = versions.get(version) ?? {};
    if (claim?.token !== token || claim.expiresAt === 0 || transition !== undefined) return;
    versions.set(version, { version, claim: { ...claim, expiresAt: 0, count: claim.count - (isSpent ? 0 : 1) } });
  }

  async moveCheck(workflowId: string, move: CheckMove): Promise<boolean> {
    const entry = this.#entries.get(workflowId);
    if (entry?.head === undefined || !mayMove(entry.head, move)) return false;
    const { checkAt: _checkAt, ...head } = entry.head;
    if (move.type === "away") entry.head = head;
    else {
      const checkIntervalMs = move.checkIntervalMs ?? head.checkIntervalMs;
      entry.head = { ...head, checkAt: move.checkAt, checkIntervalMs };
    }
    return true;
  }

  async listDue(now: number, limit: number): Promise<readonly DueCheck[]> {
    const due: DueCheck[] = [];
    for (const { head } of this.#entries.values()) {
      if (head?.checkAt === undefined || head.checkAt > now) continue;
      due.push({ workflowId: head.workflowId, checkAt: head.checkAt, checkIntervalMs: head.checkIntervalMs });
    }
    return due.sort((a, b) => a.checkAt - b.checkAt).slice(0, limit);
  }

  async list(key: ListKey, { from = 0, after }: ListRange, limit: number): Promise<readonly ListPosition[]> {
    const listed: ListPosition[] = [];
    for (const { start, head } of this.#entries.values()) {
      if (start === undefined || start.erasedAt !== undefined || start.startedAt < from) continue;
      const { startedAt, workflowId } = start;
      if (after !== undefined && compareInTime({ startedAt, workflowId }, after) >= 0) continue;
      if (isListed(key, start, head)) listed.push({ startedAt, workflowId });
    }
    return listed.sort((a, b) => compareInTime(b, a)).slice(0, limit);
  }

  async readHeads(workflowIds: readonly string[]): Promise<ReadonlyMap<string, Head>> {
    const heads = new Map<string, Head>();
    for (const workflowId of workflowIds) {
      const head = this.#entries.get(workflowId)?.head;
      if (head !== undefined && head.erasedAt === undefined) heads.set(workflowId, head);
    }
    return heads;
  }

  async readStart(workflowId: string): Promise<StoredStart | undefined> {
    return this.#entries.get(workflowId)?.start;
  }

  async readVersions(workflowId: string, version: number, limit: number): Promise<readonly StoredVersion[]> {
    return this.loadFrom(workflowId, version, limit);
  }

  async *listLive(): AsyncIterable<readonly string[]> {
    yield [...this.#entries].flatMap(([workflowId, { head }]) => (head?.checkAt === undefined ? [] : [workflowId]));
  }

  async readNewestVersions(workflowId: string, limit: number): Promise<readonly StoredVersion[]> {
    return (await this.loadFrom(workflowId, 0)).toReversed().slice(0, limit);
  }

  async erase(start: StoredStart, head: Head, transition: string): Promise<void> {
    const known = this.#entries.get(start.workflowId)?.versions.keys() ?? [];
    const versions = new Map([...known].map((version) => [version, { version, transition }]));
    this.#entries.set(start.workflowId, { start, head, versions });
  }

  async eraseChildren(pause: PauseKey, lanes: number): Promise<void> {
    this.children.erase(pause, lanes);
  }

  async putDefinition(hash: string, json: string): Promise<void> {
    this.#definitions.set(hash, json);
  }

  async getDefinition(hash: string): Promise<string | undefined> {
    return this.#definitions.get(hash);
  }

  #entry(workflowId: string): Entry {
    const existing = this.#entries.get(workflowId);
    if (existing !== undefined) return existing;
    const created: Entry = { versions: new Map() };
    this.#entries.set(workflowId, created);
    return created;
  }
}

function mayMove({ version, checkAt, checkIntervalMs }: Head, move: CheckMove): boolean {
  if (move.type === "onward" || move.type === "away") return checkAt === move.expected;
  if (move.type === "again" && version !== move.version) return false;
  if (checkAt === undefined) return move.type === "again";
  return checkAt > move.checkAt || (move.checkIntervalMs !== undefined && checkIntervalMs > move.checkIntervalMs);
}

function isListed(key: ListKey, start: StoredStart, head: Head | undefined): boolean {
  switch (key.type) {
    case "all":
      return head !== undefined;
    case "status":
      return head?.status === key.status;
    case "definition":
      return start.definitionId === key.definitionId;
    case "tag":
      return start.tags !== undefined && Object.hasOwn(start.tags, key.name) && start.tags[key.name] === key.value;
  }
}

/** Below 0 when `a` started before `b`, or has the smaller id; lists go the other way. */
function compareInTime(a: ListPosition, b: ListPosition): number {
  if (a.startedAt !== b.startedAt) return a.startedAt - b.startedAt;
  return a.workflowId === b.workflowId ? 0 : a.workflowId < b.workflowId ? -1 : 1;
}
