import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ChildRecords } from "../../src/ports/child-records.ts";
import { newWorkflowId } from "./workflow-store/samples.ts";

/** Child records, and how they are closed. */
export interface ChildRecordsUnderTest {
  readonly records: ChildRecords;
  close(): Promise<void>;
}

const purgeAt = 4_000_000_000_000;

/** Registers the tests that every platform's child records pass (src/ports/child-records.ts). */
export function describeChildRecords(name: string, open: () => Promise<ChildRecordsUnderTest>): void {
  describe(`the child records of ${name}`, () => {
    let opened: ChildRecordsUnderTest;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    const newPause = () => ({ workflowId: newWorkflowId(), version: 3 });
    const put = (pause: ReturnType<typeof newPause>, lane: number, index: number, result = `"${index}"`) =>
      opened.records.putResult(pause, lane, { index, result }, purgeAt);

    test("the first result of a child holds, whoever writes another", async () => {
      const pause = newPause();
      expect(await put(pause, 0, 0, '"first"')).toBe('"first"');
      expect(await put(pause, 0, 0, '"second"')).toBe('"first"');
      expect(await opened.records.lastResult(pause, 0)).toEqual({ index: 0, result: '"first"' });
    });

    test("of many that write at once, one holds, and all are told which", async () => {
      const pause = newPause();
      const held = await Promise.all(Array.from({ length: 20 }, (_, turn) => put(pause, 1, 1, String(turn))));
      expect(new Set(held).size).toBe(1);
    });

    test("the last result of a lane is the one with the greatest index, as a number", async () => {
      const pause = newPause();
      for (const index of [2, 9, 16, 100, 23]) await put(pause, 2, index);
      expect((await opened.records.lastResult(pause, 2))?.index).toBe(100);
      expect(await opened.records.lastResult(pause, 3)).toBeUndefined();
      expect(await opened.records.lastResult({ ...pause, version: 4 }, 2)).toBeUndefined();
    });

    test("results are read in order, from an index on, up to a limit", async () => {
      const pause = newPause();
      for (const index of [7, 0, 14, 21]) await put(pause, 0, index);
      const indexes = async (from: number, limit: number) =>
        (await opened.records.readResults(pause, 0, from, limit)).map(({ index }) => index);
      expect(await indexes(0, 10)).toEqual([0, 7, 14, 21]);
      expect(await indexes(7, 2)).toEqual([7, 14]);
      expect(await indexes(22, 2)).toEqual([]);
    });

    test("a lane's state never goes back, in whatever order it is written", async () => {
      const pause = newPause();
      const state = (lane: number, index: number, failures: number, isDone = false) =>
        opened.records.putLane(pause, { lane, index, failures, isDone }, purgeAt);
      await state(33, 33, 1);
      await state(1, 101, 2, true);
      await state(1, 1, 1);
      await state(1, 101, 9);
      expect(await opened.records.readLanes(pause, 0)).toEqual([{ lane: 1, index: 101, failures: 2, isDone: true }]);
      expect(await opened.records.readLanes(pause, 1)).toEqual([{ lane: 33, index: 33, failures: 1, isDone: false }]);
      expect(await opened.records.readLanes(pause, 2)).toEqual([]);
    });
  });
}
