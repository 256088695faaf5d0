import { expect, test } from "vitest";
import { beganAt, claimBy, keyOf, newWorkflowId, type OpenedStore, transitionOf, versionsOf } from "./samples.ts";

const mine = transitionOf("mine");
const theirs = transitionOf("theirs");

/** Commits: one per version, for good (I2, I8). */
export function testCommits(opened: OpenedStore): void {
  const asClaimant = (token: string, transition = mine) => ({ token, transition, owner: "claimant" as const });
  const asAnyone = (token: string, transition = theirs) => ({ token, transition, owner: "anyone" as const });

  test("the claimant commits, and its claim stays beside the transition", async () => {
    const key = keyOf(newWorkflowId());
    await opened().claim(key, claimBy("a"));
    expect(await opened().commit(key, asClaimant("a"))).toEqual({ type: "committed" });
    const claim = { token: "a", expiresAt: beganAt + 60_000, count: 1 };
    expect(await versionsOf(opened(), key.workflowId)).toEqual([{ version: 0, claim, transition: mine }]);
  });

  test("a claimant without the claim is refused and told who has it", async () => {
    const key = keyOf(newWorkflowId());
    await opened().claim(key, claimBy("a"));
    const stored = { version: 0, claim: { token: "a", expiresAt: beganAt + 60_000, count: 1 } };
    expect(await opened().commit(key, asClaimant("b"))).toEqual({ type: "refused", stored });
    expect(await versionsOf(opened(), key.workflowId)).toEqual([stored]);
  });

  test("a claimant of a version that nobody claimed is refused, and nothing is written", async () => {
    const key = keyOf(newWorkflowId(), 4);
    expect(await opened().commit(key, asClaimant("a"))).toMatchObject({ type: "refused" });
    expect(await versionsOf(opened(), key.workflowId)).toEqual([]);
  });

  test("a claimant whose claim expired and was taken is refused (I8)", async () => {
    const key = keyOf(newWorkflowId());
    await opened().claim(key, claimBy("slow"));
    await opened().claim(key, claimBy("quick", beganAt + 60_000));
    expect(await opened().commit(key, asClaimant("slow"))).toMatchObject({
      type: "refused",
      stored: { claim: { token: "quick", count: 2 } },
    });
    expect(await opened().commit(key, asClaimant("quick"))).toEqual({ type: "committed" });
  });

  test("a claimant whose claim expired but was not taken still commits", async () => {
    const key = keyOf(newWorkflowId());
    await opened().claim(key, claimBy("a"));
    await opened().release(key, { token: "a", isSpent: true });
    expect(await opened().commit(key, asClaimant("a"))).toEqual({ type: "committed" });
  });

  test("anyone commits a version that nobody claimed", async () => {
    const key = keyOf(newWorkflowId());
    expect(await opened().commit(key, asAnyone("resume"))).toEqual({ type: "committed" });
    const versions = await versionsOf(opened(), key.workflowId);
    expect(versions).toMatchObject([{ version: 0, claim: { token: "resume" }, transition: theirs }]);
  });

  test("anyone takes a live claim over, and the commit of its old owner is refused", async () => {
    const key = keyOf(newWorkflowId());
    await opened().claim(key, claimBy("running"));
    expect(await opened().commit(key, asAnyone("cancel"))).toEqual({ type: "committed" });
    expect(await opened().commit(key, asClaimant("running"))).toMatchObject({
      type: "refused",
      stored: { version: 0, claim: { token: "cancel", count: 1 }, transition: theirs },
    });
    expect(await versionsOf(opened(), key.workflowId)).toMatchObject([{ transition: theirs }]);
  });

  test("anyone is refused once the version is committed, and learns its transition (I2)", async () => {
    const key = keyOf(newWorkflowId());
    await opened().claim(key, claimBy("a"));
    await opened().commit(key, asClaimant("a"));
    const stored = { version: 0, claim: { token: "a", expiresAt: beganAt + 60_000, count: 1 }, transition: mine };
    expect(await opened().commit(key, asAnyone("late"))).toEqual({ type: "refused", stored });
    expect(await versionsOf(opened(), key.workflowId)).toEqual([stored]);
  });

  test("an owner that goes on commits the next version where nothing stands, and says until when and since when", async () => {
    const key = keyOf(newWorkflowId(), 7);
    const continuation = { from: 5, until: beganAt + 60_000 };
    const commit = { token: "a", transition: mine, owner: "continuer", continuation } as const;
    expect(await opened().commit(key, commit)).toEqual({ type: "committed" });
    const [stored] = (await versionsOf(opened(), key.workflowId)) ?? [];
    expect(stored).toMatchObject({ version: 7, claim: { token: "a" }, transition: mine, continuation });
    const last = { token: "a", transition: mine, owner: "continuer", continuation: { from: 5 } } as const;
    await opened().commit({ ...key, version: 8 }, last);
    const [, stopped] = (await versionsOf(opened(), key.workflowId)) ?? [];
    expect(stopped?.continuation).toEqual({ from: 5 });
  });

  test("an owner that goes on is refused where somebody claimed, also one that released, and where somebody committed", async () => {
    const key = keyOf(newWorkflowId());
    const goingOn = { token: "a", transition: mine, owner: "continuer", continuation: { from: 0 } } as const;
    await opened().claim(key, claimBy("b"));
    expect(await opened().commit(key, goingOn)).toMatchObject({ type: "refused", stored: { claim: { token: "b" } } });
    await opened().release(key, { token: "b", isSpent: false });
    expect(await opened().commit(key, goingOn)).toMatchObject({ type: "refused" });
    await opened().commit(key, asAnyone("cancel"));
    expect(await opened().commit(key, goingOn)).toMatchObject({ type: "refused", stored: { transition: theirs } });
  });

  test.each(["claimant", "continuer", "anyone"] as const)(
    "a commit by %s that is tried again after a lost answer is committed, and changes nothing (I3)",
    async (owner) => {
      const key = keyOf(newWorkflowId());
      if (owner === "claimant") await opened().claim(key, claimBy("a"));
      await opened().commit(key, { token: "a", transition: mine, owner });
      const before = await versionsOf(opened(), key.workflowId);
      const again = { token: "a", transition: transitionOf("never-stored"), owner };
      expect(await opened().commit(key, again)).toEqual({ type: "committed" });
      expect(await versionsOf(opened(), key.workflowId)).toEqual(before);
    },
  );

  test("of 20 commits of one version at the same time exactly one is committed (I2)", async () => {
    const key = keyOf(newWorkflowId());
    const tokens = Array.from({ length: 20 }, (_, index) => `token-${index}`);
    const answers = await Promise.all(
      tokens.map((token) => opened().commit(key, asAnyone(token, transitionOf(token)))),
    );
    const winners = tokens.filter((_, index) => answers[index]?.type === "committed");
    expect(winners).toHaveLength(1);
    const transition = transitionOf(String(winners[0]));
    expect(await versionsOf(opened(), key.workflowId)).toMatchObject([{ version: 0, transition }]);
  });
}
