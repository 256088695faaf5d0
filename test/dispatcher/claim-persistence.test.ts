import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { describe, expect, it } from "vitest";
import { ClaimPersistence } from "../../src/dispatcher/claim-persistence.ts";
import { MemoryWorkflowStore } from "../../src/platforms/memory/index.ts";

const key = { workflowId: "w", version: 0, purgeAt: 0 };

const releaseErrors: unknown[] = [];
const onReleaseFailed = (error: unknown) => void releaseErrors.push(error);

function guard(store: MemoryWorkflowStore, token: string, step: () => Promise<string>) {
  const layer = new ClaimPersistence({
    ...{ store, key, token, expiresAt: 2000, onReleaseFailed },
    hold: { type: "claim", isContinued: false },
    now: () => 1000,
  });
  const run = async (_key: { workflowId: string; version: number }) => step();
  const guarded = makeIdempotent(run, { persistenceStore: layer, config: new IdempotencyConfig({}) });
  return { layer, run: () => guarded({ workflowId: "w", version: 0 }) };
}

describe("ClaimPersistence", () => {
  it("claims before the step and commits what it resolves to", async () => {
    const store = new MemoryWorkflowStore();
    const { layer, run } = guard(store, "t", async () => "transition");
    expect(await run()).toBe("transition");
    expect(layer.claim).toEqual({ token: "t", expiresAt: 2000, count: 1 });
    expect(await store.claim(key, { token: "other", expiresAt: 9, now: 9000 })).toMatchObject({
      type: "refused",
      stored: { transition: "transition" },
    });
  });

  it("when the step throws after its node began, expires the claim, keeps its count, and lets the error through", async () => {
    const store = new MemoryWorkflowStore();
    const { layer, run } = guard(store, "t", () => {
      layer.isSpent = true;
      return Promise.reject(new Error("broken"));
    });
    await expect(run()).rejects.toThrow("broken");
    expect(await store.claim(key, { token: "next", expiresAt: 3000, now: 1001 })).toMatchObject({
      type: "claimed",
      claim: { count: 2 },
    });
  });

  it("when the step throws before its node began, gives the claim back: no attempt was spent", async () => {
    const store = new MemoryWorkflowStore();
    await expect(guard(store, "t", () => Promise.reject(new Error("broken"))).run()).rejects.toThrow("broken");
    expect(await store.claim(key, { token: "next", expiresAt: 3000, now: 1001 })).toMatchObject({
      type: "claimed",
      claim: { count: 1 },
    });
  });

  it("when the claim cannot be released either, lets the step's own error through and says so", async () => {
    const store = Object.assign(new MemoryWorkflowStore(), { release: () => Promise.reject(new Error("down")) });
    await expect(guard(store, "t", () => Promise.reject(new Error("broken"))).run()).rejects.toThrow("broken");
    expect(releaseErrors.map(String)).toEqual(["Error: down"]);
  });

  it("when the step throws after another owner took the version over, leaves that owner's claim alone", async () => {
    const store = new MemoryWorkflowStore();
    const { run } = guard(store, "t", async () => {
      await store.claim(key, { token: "thief", expiresAt: 9000, now: 5000 });
      throw new Error("broken");
    });
    await expect(run()).rejects.toThrow("broken");
    expect(await store.claim(key, { token: "next", expiresAt: 9000, now: 6000 })).toMatchObject({ type: "refused" });
  });

  it("says whether a recorded answer came back instead of a fresh run, and who holds the version", async () => {
    const store = new MemoryWorkflowStore();
    let isLive = true;
    const first = guard(store, "t", async () => {
      const second = guard(store, "u", async () => "never");
      await expect(second.run()).rejects.toMatchObject({ name: "IdempotencyAlreadyInProgressError" });
      expect(second.layer.refusedBy).toMatchObject({ claim: { token: "t" } });
      isLive = false;
      return "transition";
    });
    await first.run();
    expect(isLive).toBe(false);
    const third = guard(store, "v", async () => "never");
    expect(await third.run()).toBe("transition");
    expect(third.layer.refusedBy).toMatchObject({ transition: "transition" });
  });
});
