import { afterEach, expect, test } from "vitest";
import type { CheckMove } from "../../../src/ports/workflow-store.ts";
import { endedHeadOf, headOf, newWorkflowId, type OpenedStore, startOf } from "./samples.ts";

/** Far in the past, so that these checks come first in a store that holds other workflows. */
const dueAt = 1_000_000;
const farAhead = 9_000_000;

/** The due list: what the sweeper sees, and how it moves checks on. */
export function testChecks(opened: OpenedStore): void {
  let ours: string[] = [];

  /** Writes a head whose check the test's end takes off the list again. */
  const due = async (checkAt: number, checkIntervalMs = 300_000) => {
    const workflowId = newWorkflowId();
    ours.push(workflowId);
    await opened().writeHead(headOf(workflowId, { checkAt, checkIntervalMs }));
    return workflowId;
  };
  const headNow = async (workflowId: string) => {
    await opened().createStart(startOf(workflowId));
    return (await opened().load(workflowId))?.head;
  };
  const listed = async (now: number, limit = 800) =>
    (await opened().listDue(now, limit)).filter(({ workflowId }) => ours.includes(workflowId));
  const listedIds = async (now: number) => (await listed(now)).map(({ workflowId }) => workflowId);

  afterEach(async () => {
    await Promise.all(ours.map((workflowId) => opened().writeHead(endedHeadOf(workflowId, 1_000))));
    ours = [];
  });

  test("a check is listed with its interval from the millisecond on at which it is due", async () => {
    const workflowId = await due(dueAt, 42_000);
    await expect.poll(() => listed(dueAt)).toEqual([{ workflowId, checkAt: dueAt, checkIntervalMs: 42_000 }]);
    expect(await listed(dueAt - 1)).toEqual([]);
  });

  test("the longest due come first", async () => {
    const delays = [70, 20, 110, 0, 50, 100, 10, 90, 40, 80, 30, 60];
    await Promise.all(delays.map((delay) => due(dueAt + delay)));
    const listedDelays = async (now: number) => (await listed(now)).map(({ checkAt }) => checkAt - dueAt);
    const inOrder = delays.toSorted((a, b) => a - b);
    await expect.poll(() => listedDelays(dueAt + 110)).toEqual(inOrder);
    expect(await listedDelays(dueAt + 109)).toEqual(inOrder.slice(0, -1));
  });

  test("a list is never longer than its limit, and rounds of it reach every check", async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => due(dueAt + index)));
    const seen = new Set<string>();
    const sweepRound = async () => {
      const round = await opened().listDue(dueAt + 30, 8);
      expect(round.length).toBeLessThanOrEqual(8);
      for (const { workflowId, checkAt } of round) {
        seen.add(workflowId);
        await opened().moveCheck(workflowId, { type: "onward", expected: checkAt, checkAt: farAhead });
      }
      return ours.every((workflowId) => seen.has(workflowId));
    };
    await expect.poll(sweepRound, { interval: 1, timeout: 10_000 }).toBe(true);
  });

  test("a moved check is not listed until it is due again", async () => {
    const workflowId = await due(dueAt);
    const next = { type: "onward" as const, expected: dueAt, checkAt: farAhead, checkIntervalMs: 600_000 };
    expect(await opened().moveCheck(workflowId, next)).toBe(true);
    await expect.poll(() => listed(farAhead - 1)).toEqual([]);
    const again = { workflowId, checkAt: farAhead, checkIntervalMs: 600_000 };
    await expect.poll(() => listed(farAhead)).toEqual([again]);
  });

  test("an ended workflow leaves the list", async () => {
    const workflowId = await due(dueAt);
    await expect.poll(() => listedIds(dueAt)).toEqual([workflowId]);
    await opened().writeHead(endedHeadOf(workflowId, 1));
    await expect.poll(() => listedIds(farAhead)).toEqual([]);
  });

  test("a check moves to the next look once: who saw an older one is refused", async () => {
    const workflowId = await due(dueAt);
    const next = { type: "onward" as const, expected: dueAt, checkAt: farAhead, checkIntervalMs: 1 };
    expect(await opened().moveCheck(workflowId, next)).toBe(true);
    expect(await opened().moveCheck(workflowId, { ...next, checkAt: farAhead + 1 })).toBe(false);
    expect(await headNow(workflowId)).toEqual(headOf(workflowId, { checkAt: farAhead, checkIntervalMs: 1 }));
  });

  test("of sweepers that move one check at the same time exactly one succeeds", async () => {
    const workflowId = await due(dueAt);
    const moves = Array.from({ length: 10 }, (_, index) => ({
      type: "onward" as const,
      expected: dueAt,
      checkAt: farAhead + index,
    }));
    const answers = await Promise.all(moves.map((move) => opened().moveCheck(workflowId, move)));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  test("a check without an expectation only comes nearer, and keeps its interval", async () => {
    const workflowId = await due(dueAt, 77_000);
    expect(await opened().moveCheck(workflowId, { type: "nearer", checkAt: dueAt + 1 })).toBe(false);
    expect(await opened().moveCheck(workflowId, { type: "nearer", checkAt: dueAt })).toBe(false);
    expect(await opened().moveCheck(workflowId, { type: "nearer", checkAt: dueAt - 1 })).toBe(true);
    expect(await headNow(workflowId)).toEqual(headOf(workflowId, { checkAt: dueAt - 1, checkIntervalMs: 77_000 }));
  });

  test("a check without an expectation shortens a longer interval, also when it is near", async () => {
    const workflowId = await due(dueAt, 77_000);
    expect(await opened().moveCheck(workflowId, { type: "nearer", checkAt: dueAt + 9, checkIntervalMs: 5_000 })).toBe(
      true,
    );
    expect(await headNow(workflowId)).toEqual(headOf(workflowId, { checkAt: dueAt + 9, checkIntervalMs: 5_000 }));
    expect(await opened().moveCheck(workflowId, { type: "nearer", checkAt: dueAt + 99, checkIntervalMs: 5_000 })).toBe(
      false,
    );
    expect(await opened().moveCheck(workflowId, { type: "nearer", checkAt: dueAt, checkIntervalMs: 5_000 })).toBe(true);
  });

  test("a check with an expectation may move nearer as well as further", async () => {
    const workflowId = await due(dueAt);
    expect(await opened().moveCheck(workflowId, { type: "onward", expected: dueAt, checkAt: dueAt - 5 })).toBe(true);
    expect((await headNow(workflowId))?.checkAt).toBe(dueAt - 5);
  });

  test.each<CheckMove>([
    { type: "nearer", checkAt: 1 },
    { type: "onward", expected: dueAt, checkAt: farAhead },
    { type: "away", expected: dueAt },
    { type: "again", version: 0, checkAt: 1, checkIntervalMs: 1 },
  ])("an ended workflow and one without a head have no check to move (%o)", async (move) => {
    const ended = newWorkflowId();
    await opened().writeHead(endedHeadOf(ended, 1));
    expect(await opened().moveCheck(ended, move)).toBe(false);
    expect(await headNow(ended)).toEqual(endedHeadOf(ended, 1));
    const headless = newWorkflowId();
    expect(await opened().moveCheck(headless, move)).toBe(false);
    expect(await headNow(headless)).toBeUndefined();
  });

  test("an ended workflow that is about to go on gets a check, if its head speaks for that version", async () => {
    const workflowId = newWorkflowId();
    ours.push(workflowId);
    await opened().writeHead(endedHeadOf(workflowId, 4));
    const again = { type: "again", version: 4, checkAt: dueAt, checkIntervalMs: 5_000 } as const;
    expect(await opened().moveCheck(workflowId, { ...again, version: 3 })).toBe(false);
    expect(await opened().moveCheck(workflowId, again)).toBe(true);
    await expect.poll(() => listed(dueAt)).toEqual([{ workflowId, checkAt: dueAt, checkIntervalMs: 5_000 }]);
    expect(await opened().moveCheck(workflowId, { ...again, checkAt: dueAt + 1 })).toBe(false);
    expect(await opened().moveCheck(workflowId, { ...again, checkAt: dueAt - 1 })).toBe(true);
    expect(await headNow(workflowId)).toEqual({
      ...endedHeadOf(workflowId, 4),
      checkAt: dueAt - 1,
      checkIntervalMs: 5_000,
    });
  });

  test("a check goes away once, for whom saw it last", async () => {
    const workflowId = await due(dueAt);
    expect(await opened().moveCheck(workflowId, { type: "away", expected: dueAt + 1 })).toBe(false);
    expect(await opened().moveCheck(workflowId, { type: "away", expected: dueAt })).toBe(true);
    expect(await opened().moveCheck(workflowId, { type: "away", expected: dueAt })).toBe(false);
    expect(await headNow(workflowId)).not.toHaveProperty("checkAt");
    await expect.poll(() => listed(dueAt)).toEqual([]);
  });

  test("moving a check does not change for which version the head speaks", async () => {
    const workflowId = await due(dueAt);
    await opened().moveCheck(workflowId, { type: "onward", expected: dueAt, checkAt: farAhead });
    expect(await opened().writeHead(headOf(workflowId, { version: 0 }))).toBe(false);
    expect(await opened().writeHead(headOf(workflowId, { version: 1 }))).toBe(true);
  });
}
