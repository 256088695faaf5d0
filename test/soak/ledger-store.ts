import { createHash } from "node:crypto";
import * as v from "valibot";
import type { VersionKey, WorkflowStore } from "../../src/ports/workflow-store.ts";
import { appendLine } from "./ledger.ts";

const Ended = v.object({ status: v.string() });

/** The store, with every granted claim, release and commit written to the ledger after it was answered. */
export function withLedger(store: WorkflowStore, path: string): WorkflowStore {
  const ofVersion = ({ workflowId, version }: VersionKey) => ({
    at: Date.now(),
    pid: process.pid,
    workflowId,
    version,
  });
  return {
    load: (workflowId) => store.load(workflowId),
    loadFrom: (workflowId, version) => store.loadFrom(workflowId, version),
    glance: (workflowId) => store.glance(workflowId),
    glanceFrom: (workflowId, version) => store.glanceFrom(workflowId, version),
    createStart: (start) => store.createStart(start),
    writeHead: (head) => store.writeHead(head),
    moveCheck: (workflowId, check) => store.moveCheck(workflowId, check),
    listDue: (now, limit) => store.listDue(now, limit),
    putDefinition: (hash, json) => store.putDefinition(hash, json),
    getDefinition: (hash) => store.getDefinition(hash),
    claim: async (key, claim) => {
      const result = await store.claim(key, claim);
      if (result.type === "claimed") {
        const { expiresAt, count } = result.claim;
        appendLine(path, { type: "claim", ...ofVersion(key), expiresAt, count });
      }
      return result;
    },
    commit: async (key, commit) => {
      const result = await store.commit(key, commit);
      if (result.type === "committed") {
        const { status } = v.parse(Ended, JSON.parse(commit.transition));
        const hasEnded = status === "completed" || status === "failed";
        appendLine(path, { type: "commit", ...ofVersion(key), digest: digestOf(commit.transition), hasEnded });
      }
      return result;
    },
    release: async (key, release) => {
      await store.release(key, release);
      appendLine(path, { type: "release", ...ofVersion(key) });
    },
  };
}

/** What tells transitions apart. */
export function digestOf(transition: string): string {
  return createHash("sha256").update(transition).digest("hex").slice(0, 16);
}
