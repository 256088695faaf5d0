import type { WorkflowStore } from "../../../ports/workflow-store.ts";

/** More live workflows than one machine's folder holds; beyond it a claim simply runs out by itself. */
const mostWorkflows = 10_000;

/**
 * Expires the claims of a process that was killed in the middle of a step, so that their steps run again at once and
 * not when the claims run out, a minute later. Only before this process claims anything itself: the state folder is
 * locked, so whoever held a claim until then is gone. The counts of claims stay. Throws what the store throws.
 */
export async function releaseOrphanedClaims(store: WorkflowStore): Promise<void> {
  // Every workflow that has not ended has a check ahead.
  for (const { workflowId } of await store.listDue(Number.MAX_SAFE_INTEGER, mostWorkflows)) {
    const stored = await store.load(workflowId);
    const newest = stored?.versions.at(-1);
    if (stored === undefined || newest?.claim === undefined || newest.transition !== undefined) continue;
    const key = { workflowId, version: newest.version, purgeAt: stored.start.purgeAt };
    await store.release(key, { token: newest.claim.token, isSpent: true });
  }
}
