import { expect, test } from "vitest";
import { beganAt, claimBy, keyOf, newWorkflowId, type OpenedStore, transitionOf, versionsOf } from "./samples.ts";

/** Claims: one owner at a time, every one counted (I7). */
export function testClaims(opened: OpenedStore): void {
  test("the first claim wins and counts one", async () => {
    const key = keyOf(newWorkflowId());
    const claim = { token: "a", expiresAt: beganAt + 60_000, count: 1 };
    expect(await opened().claim(key, claimBy("a"))).toEqual({ type: "claimed", claim });
    expect(await versionsOf(opened(), key.workflowId)).toEqual([{ version: 0, claim }]);
  });

  test("a second claim is refused, says what holds, and changes nothing", async () => {
    const key = keyOf(newWorkflowId(), 3);
    await opened().claim(key, claimBy("a"));
    const stored = { version: 3, claim: { token: "a", expiresAt: beganAt + 60_000, count: 1 } };
    const answer = await opened().claim(key, claimBy("b", beganAt + 59_999));
    expect(answer).toEqual({ type: "refused", stored });
    expect(await versionsOf(opened(), key.workflowId)).toEqual([stored]);
  });

  test("a claim that ends at this very millisecond is over: the next one takes it and counts two", async () => {
    const key = keyOf(newWorkflowId());
    await opened().claim(key, claimBy("a"));
    const claim = { token: "b", expiresAt: beganAt + 120_000, count: 2 };
    expect(await opened().claim(key, claimBy("b", beganAt + 60_000))).toEqual({ type: "claimed", claim });
  });

  test("every expired claim is counted", async () => {
    const key = keyOf(newWorkflowId());
    for (let count = 1; count <= 5; count += 1) {
      const answer = await opened().claim(key, claimBy(`token-${count}`, beganAt + count * 60_000));
      expect(answer).toMatchObject({ type: "claimed", claim: { token: `token-${count}`, count } });
    }
  });

  test("a claim that is tried again after a lost answer recognises itself and does not count twice (I3)", async () => {
    const key = keyOf(newWorkflowId());
    const first = await opened().claim(key, claimBy("a"));
    expect(await opened().claim(key, claimBy("a"))).toEqual(first);
    expect(await opened().claim(key, claimBy("b"))).toMatchObject({ stored: { claim: { token: "a", count: 1 } } });
  });

  test("an own claim that has expired is a new claim like any other", async () => {
    const key = keyOf(newWorkflowId());
    await opened().claim(key, claimBy("a"));
    const again = await opened().claim(key, claimBy("a", beganAt + 60_000));
    expect(again).toEqual({ type: "claimed", claim: { token: "a", expiresAt: beganAt + 120_000, count: 2 } });
  });

  test("a committed version is refused to everyone, its own token too, with its transition (I2)", async () => {
    const key = keyOf(newWorkflowId());
    const transition = transitionOf("ship");
    await opened().claim(key, claimBy("a"));
    await opened().commit(key, { token: "a", transition, owner: "claimant" });
    for (const token of ["a", "b"]) {
      expect(await opened().claim(key, claimBy(token, beganAt + 999_999))).toEqual({
        type: "refused",
        stored: { version: 0, claim: { token: "a", expiresAt: beganAt + 60_000, count: 1 }, transition },
      });
    }
  });

  test("of 20 claims at the same time exactly one wins, and the others learn who", async () => {
    const key = keyOf(newWorkflowId());
    const tokens = Array.from({ length: 20 }, (_, index) => `token-${index}`);
    const answers = await Promise.all(tokens.map((token) => opened().claim(key, claimBy(token))));
    const winners = answers.flatMap((answer) => (answer.type === "claimed" ? [answer.claim] : []));
    expect(winners).toEqual([{ token: expect.any(String), expiresAt: beganAt + 60_000, count: 1 }]);
    const refusals = answers.flatMap((answer) => (answer.type === "refused" ? [answer.stored] : []));
    expect(refusals).toEqual(Array.from({ length: 19 }, () => ({ version: 0, claim: winners[0] })));
  });

  test("a release expires the own claim and keeps its count", async () => {
    const key = keyOf(newWorkflowId());
    await opened().claim(key, claimBy("a"));
    await opened().release(key, { token: "a", isSpent: true });
    const [stored] = (await versionsOf(opened(), key.workflowId)) ?? [];
    expect(stored?.claim).toMatchObject({ token: "a", count: 1 });
    expect(stored?.claim?.expiresAt).toBeLessThanOrEqual(beganAt);
    expect(await opened().claim(key, claimBy("b"))).toMatchObject({ type: "claimed", claim: { count: 2 } });
  });

  test("a claim that is not spent is given back by its release, once, however often that is tried", async () => {
    const key = keyOf(newWorkflowId());
    await opened().claim(key, claimBy("a"));
    await opened().release(key, { token: "a", isSpent: true });
    await opened().claim(key, claimBy("b"));
    await opened().release(key, { token: "b", isSpent: false });
    await opened().release(key, { token: "b", isSpent: false });
    expect(await opened().claim(key, claimBy("c"))).toMatchObject({ type: "claimed", claim: { count: 2 } });
  });

  test("the first claim of a version that was begun without one counts two, and is only ever the first", async () => {
    const key = keyOf(newWorkflowId());
    const continued = (token: string, now = beganAt) => ({ ...claimBy(token, now), isContinued: true });
    expect(await opened().claim(key, continued("a"))).toMatchObject({ type: "claimed", claim: { count: 2 } });
    expect(await opened().claim(key, continued("a"))).toMatchObject({ type: "claimed", claim: { count: 2 } });
    const late = beganAt + 60_000;
    expect(await opened().claim(key, continued("b", late))).toMatchObject({ type: "refused" });
    expect(await opened().claim(key, claimBy("b", late))).toMatchObject({ type: "claimed", claim: { count: 3 } });
  });

  test("a released claim may be made again with its own token", async () => {
    const key = keyOf(newWorkflowId());
    await opened().claim(key, claimBy("a"));
    await opened().release(key, { token: "a", isSpent: true });
    const claim = { token: "a", expiresAt: beganAt + 60_000, count: 2 };
    expect(await opened().claim(key, claimBy("a"))).toEqual({ type: "claimed", claim });
  });

  test("a release leaves the claim of another owner, a committed version and an absent one alone", async () => {
    const workflowId = newWorkflowId();
    await opened().claim(keyOf(workflowId, 0), claimBy("a"));
    await opened().commit(keyOf(workflowId, 0), { token: "a", transition: transitionOf("a"), owner: "claimant" });
    await opened().claim(keyOf(workflowId, 1), claimBy("b"));
    const before = await versionsOf(opened(), workflowId);
    await opened().release(keyOf(workflowId, 0), { token: "a", isSpent: true });
    await opened().release(keyOf(workflowId, 1), { token: "a", isSpent: true });
    await opened().release(keyOf(workflowId, 2), { token: "a", isSpent: true });
    expect(await versionsOf(opened(), workflowId)).toEqual(before);
  });
}
