import { randomUUID } from "node:crypto";
import type { Head, StoredStart, VersionKey, WorkflowStore } from "../../../src/ports/workflow-store.ts";

/** A store as the suite gets it; it may hold other workflows, so the suite only looks at its own. */
export interface WorkflowStoreUnderTest {
  readonly store: WorkflowStore;
  close(): Promise<void>;
}

/** Asks for the store inside a test, once it is open. */
export type OpenedStore = () => WorkflowStore;

/** Epoch ms at which every workflow of the suite begins. */
export const beganAt = Date.UTC(2100, 0, 1);
const dayMs = 24 * 3600 * 1000;
const purgeAt = beganAt + 60 * dayMs;

/** An id that no other test uses, also where the store outlives the run. */
export function newWorkflowId(): string {
  return `conformance-${randomUUID()}`;
}

export function startOf(workflowId: string, changes: Partial<StoredStart> = {}): StoredStart {
  return {
    workflowId,
    definitionId: "order-fulfilment",
    definitionHash: "hash-1",
    startedAt: beganAt,
    expiresAt: beganAt + 30 * dayMs,
    purgeAt,
    input: '{"orderId":"o-1"}',
    ...changes,
  };
}

/** A head that is to be checked; give `checkAt` to say when. */
export function headOf(workflowId: string, changes: Partial<Head> = {}): Head {
  return {
    workflowId,
    definitionId: "order-fulfilment",
    definitionHash: "hash-1",
    startedAt: beganAt,
    purgeAt,
    version: 0,
    status: "active",
    checkAt: beganAt + 300_000,
    checkIntervalMs: 300_000,
    ...changes,
  };
}

/** A head of a workflow that has ended, so it has no `checkAt`. */
export function endedHeadOf(workflowId: string, version: number): Head {
  const { checkAt: _none, ...head } = headOf(workflowId, { version, status: "completed" });
  return head;
}

export function keyOf(workflowId: string, version = 0): VersionKey {
  return { workflowId, version, purgeAt };
}

/** A claim that lives for a minute from `now` (epoch ms) on. */
export function claimBy(token: string, now = beganAt) {
  return { token, now, expiresAt: now + 60_000 };
}

/** The transition's text is the store's only in that it keeps it. */
export function transitionOf(nodeId: string): string {
  return JSON.stringify({ schemaVersion: 1, type: "step", nodeId, status: "active" });
}

/** The versions of a workflow whose start is written if it was not. */
export async function versionsOf(store: WorkflowStore, workflowId: string) {
  await store.createStart(startOf(workflowId));
  return (await store.load(workflowId))?.versions;
}
