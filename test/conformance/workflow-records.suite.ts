import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ChildRecords } from "../../src/ports/child-records.ts";
import type { LiveWorkflowReader } from "../../src/ports/live-workflow-reader.ts";
import type { WorkflowEraser } from "../../src/ports/workflow-eraser.ts";
import type { ListKey, ListPosition, ListRange, WorkflowReader } from "../../src/ports/workflow-reader.ts";
import type { StoredStart, WorkflowStore } from "../../src/ports/workflow-store.ts";
import { claimBy, headOf, keyOf, newWorkflowId, startOf, transitionOf } from "./workflow-store/samples.ts";

/** A store with the ports that read and erase beside it; it may hold other workflows. */
export interface WorkflowRecordsUnderTest {
  readonly store: WorkflowStore;
  readonly children: ChildRecords;
  readonly reader: WorkflowReader;
  readonly eraser: WorkflowEraser;
  readonly live: LiveWorkflowReader;
  close(): Promise<void>;
}

/** Registers the tests that every platform's lists and erasures pass (src/ports/workflow-reader.ts, workflow-eraser.ts). */
export function describeWorkflowRecords(name: string, open: () => Promise<WorkflowRecordsUnderTest>): void {
  describe(`the records of ${name}`, () => {
    let records: WorkflowRecordsUnderTest;
    beforeAll(async () => {
      records = await open();
    });
    afterAll(() => records.close());

    /** A start and its head, under a definition that no other test uses unless the changes say so. */
    const begin = async (changes: Partial<StoredStart> = {}, status: "active" | "failed" = "active") => {
      const start = startOf(newWorkflowId(), changes);
      await records.store.createStart(start);
      const { workflowId, definitionId, startedAt, tags } = start;
      const { checkAt, ...ended } = headOf(workflowId, { definitionId, startedAt, status, ...(tags && { tags }) });
      await records.store.writeHead(status === "active" ? { ...ended, checkAt: checkAt ?? 0 } : ended);
      return start;
    };
    const places = (...starts: StoredStart[]): ListPosition[] =>
      starts.map(({ startedAt, workflowId }) => ({ startedAt, workflowId }));
    const list = (key: ListKey, range: ListRange = {}, limit = 100) => records.reader.list(key, range, limit);
    const definition = (definitionId: string): ListKey => ({ type: "definition", definitionId });

    test("a list by definition has the newest start first, and of equal starts the greatest id", async () => {
      const definitionId = newWorkflowId();
      const [first, second, third] = [
        await begin({ definitionId, startedAt: 1_000 }),
        await begin({ definitionId, startedAt: 3_000 }),
        await begin({ definitionId, startedAt: 2_000 }),
      ];
      const twin = await begin({ definitionId, startedAt: 2_000 });
      const equals = [third, twin].toSorted((a, b) => (a.workflowId > b.workflowId ? -1 : 1));
      await expect.poll(() => list(definition(definitionId))).toEqual(places(second, ...equals, first));
    });

    test("of a pause's children nothing is left, those of another pause untouched; again, it is the same", async () => {
      const [pause, other] = [1, 2].map((version) => ({ workflowId: newWorkflowId(), version }));
      if (pause === undefined || other === undefined) throw new Error("no pauses");
      for (const { workflowId, version } of [pause, other]) {
        for (const lane of [0, 33]) {
          const key = { workflowId, version };
          await records.children.putResult(key, lane, { index: lane, result: "{}" }, 4_000_000_000_000);
          const state = { lane, index: lane, failures: 0, isDone: true };
          await records.children.putLane(key, state, 4_000_000_000_000);
        }
      }
      const left = async (key: typeof pause) => [
        await records.children.lastResult(key, 0),
        await records.children.lastResult(key, 33),
        ...(await records.children.readLanes(key, 0)),
        ...(await records.children.readLanes(key, 1)),
      ];
      await records.eraser.eraseChildren(pause, 34);
      expect((await left(pause)).filter((found) => found !== undefined)).toEqual([]);
      expect((await left(other)).filter((found) => found !== undefined)).toHaveLength(4);
      await records.eraser.eraseChildren(pause, 34);
    });

    test("pages follow each other without a gap or a repetition, and end", async () => {
      const definitionId = newWorkflowId();
      const starts = await Promise.all(
        Array.from({ length: 23 }, (_, index) => begin({ definitionId, startedAt: 1_000 + Math.floor(index / 3) })),
      );
      await expect.poll(async () => (await list(definition(definitionId))).length).toBe(23);
      const seen: ListPosition[] = [];
      for (let page = await list(definition(definitionId), {}, 5); page.length > 0; ) {
        expect(page.length).toBeLessThanOrEqual(5);
        seen.push(...page);
        const after = page.at(-1);
        page = await list(definition(definitionId), after === undefined ? {} : { after }, 5);
      }
      expect(seen).toEqual(await list(definition(definitionId)));
      expect(new Set(seen.map(({ workflowId }) => workflowId)).size).toBe(starts.length);
    });

    test("a range begins with the millisecond that it names", async () => {
      const definitionId = newWorkflowId();
      await begin({ definitionId, startedAt: 999 });
      const exact = await begin({ definitionId, startedAt: 1_000 });
      await expect.poll(() => list(definition(definitionId), { from: 1_000 })).toEqual(places(exact));
    });

    test("a range that ends before it begins is empty", async () => {
      const definitionId = newWorkflowId();
      const { workflowId } = await begin({ definitionId, startedAt: 1_000 });
      await expect.poll(async () => (await list(definition(definitionId))).length).toBe(1);
      for (const startedAt of [999, 1_000, 2_000]) {
        const after = { startedAt, workflowId };
        expect(await list(definition(definitionId), { from: 3_000, after })).toEqual([]);
        expect(await list({ type: "all" }, { from: 3_000, after: { startedAt, workflowId: "" } })).toEqual([]);
      }
    });

    test("a list by status follows the head", async () => {
      const failed = await begin({}, "failed");
      const status = (value: "active" | "failed"): ListKey => ({ type: "status", status: value });
      const hasIn = async (key: ListKey) =>
        (await list(key, {}, 1_000)).some(({ workflowId }) => workflowId === failed.workflowId);
      await expect.poll(() => hasIn(status("failed"))).toBe(true);
      expect(await hasIn(status("active"))).toBe(false);
      await records.store.writeHead(headOf(failed.workflowId, { version: 2, status: "active" }));
      await expect.poll(() => hasIn(status("active"))).toBe(true);
      expect(await hasIn(status("failed"))).toBe(false);
      expect(await hasIn({ type: "all" })).toBe(true);
    });

    test("a list by tag finds the value alone, whatever characters it has", async () => {
      const unique = newWorkflowId();
      for (const value of [`${unique}#1`, `${unique} ü 🚀`, unique]) {
        const start = await begin({ tags: { customer: value, orderNumber: "1" } });
        await expect.poll(() => list({ type: "tag", name: "customer", value })).toEqual(places(start));
        expect(await list({ type: "tag", name: "orderNumber", value })).toEqual([]);
      }
    });

    test("a start that is repeated has the tags of the one that holds", async () => {
      const value = newWorkflowId();
      const start = startOf(newWorkflowId(), { tags: { customer: value } });
      expect(await records.store.createStart(start)).toEqual({ isNew: true, start });
      const other = { ...start, tags: { customer: `${value} of another` }, input: '"another"' };
      expect(await records.store.createStart(other)).toEqual({ isNew: false, start });
      await expect.poll(() => list({ type: "tag", name: "customer", value })).toEqual(places(start));
      expect(await list({ type: "tag", name: "customer", value: `${value} of another` })).toEqual([]);
    });

    test("heads are read by id, many at a time, without those that are not there", async () => {
      const starts = await Promise.all(Array.from({ length: 130 }, () => begin({ tags: { a: "b" } })));
      const ids = starts.map(({ workflowId }) => workflowId);
      const heads = await records.reader.readHeads([...ids, newWorkflowId(), ids[0] ?? ""]);
      expect([...heads.keys()].toSorted()).toEqual(ids.toSorted());
      expect(heads.get(ids[0] ?? "")).toMatchObject({ status: "active", version: 0, tags: { a: "b" } });
    });

    test("versions are read in pages", async () => {
      const { workflowId } = await begin();
      for (const version of [0, 1, 2, 3]) {
        const key = keyOf(workflowId, version);
        await records.store.claim(key, claimBy("t"));
        await records.store.commit(key, { token: "t", transition: transitionOf(`n${version}`), owner: "claimant" });
      }
      const versionsOf = async (version: number, limit: number) =>
        (await records.reader.readVersions(workflowId, version, limit)).map((stored) => stored.version);
      expect(await versionsOf(0, 3)).toEqual([0, 1, 2]);
      expect(await versionsOf(3, 3)).toEqual([3]);
      expect(await versionsOf(4, 3)).toEqual([]);
    });

    /** Which of these are listed as live. */
    const listLive = async (...wanted: readonly string[]) => {
      const ids = new Set<string>();
      for await (const batch of records.live.listLive()) for (const id of batch) ids.add(id);
      return wanted.filter((id) => ids.has(id));
    };

    test("what has not ended is live, whenever its check is due, and what has ended is not", async () => {
      const { workflowId: ended } = await begin({}, "failed");
      const checks = [0, 1_000, Date.UTC(2200, 0, 1)];
      const ids = checks.map(() => newWorkflowId());
      await Promise.all(ids.map((id, index) => records.store.writeHead(headOf(id, { checkAt: checks[index] ?? 0 }))));
      await expect.poll(() => listLive(...ids, ended)).toEqual(ids);
    });

    test("more live workflows than one answer of the store holds are all listed", async () => {
      const ids = Array.from({ length: 60 }, () => newWorkflowId());
      await Promise.all(ids.map((id, index) => records.store.writeHead(headOf(id, { checkAt: 2_000 + index }))));
      await expect.poll(() => listLive(...ids)).toEqual(ids);
    });

    test("the newest versions come first, one that is claimed only as well", async () => {
      const { workflowId } = await begin();
      const newest = async (limit: number) =>
        (await records.live.readNewestVersions(workflowId, limit)).map(({ version, transition }) => [
          version,
          transition !== undefined,
        ]);
      expect(await newest(2)).toEqual([]);
      for (const version of [0, 1, 2]) {
        const key = keyOf(workflowId, version);
        await records.store.claim(key, claimBy("t"));
        expect((await newest(1))[0]).toEqual([version, false]);
        await records.store.commit(key, { token: "t", transition: transitionOf(`n${version}`), owner: "claimant" });
      }
      await records.store.claim(keyOf(workflowId, 3), claimBy("t"));
      expect(await newest(2)).toEqual([
        [3, false],
        [2, true],
      ]);
      expect(await newest(9)).toHaveLength(4);
    });

    test("an erased workflow leaves its start, its head and that its versions are taken, stands in no list, and stays so", async () => {
      const value = newWorkflowId();
      const definitionId = newWorkflowId();
      const start = await begin({ definitionId, tags: { customer: value } });
      const { workflowId } = start;
      for (const version of Array.from({ length: 60 }, (_, index) => index)) {
        const key = keyOf(workflowId, version);
        await records.store.commit(key, { token: "t", transition: transitionOf("n"), owner: "anyone" });
      }
      const { tags: _tags, ...bare } = { ...start, input: "null", erasedAt: 5 };
      const { checkAt: _checkAt, ...head } = headOf(workflowId, { definitionId, version: 60, erasedAt: 5 });
      for (const _time of ["once", "again"]) {
        await records.eraser.erase(bare, head, transitionOf("erased"));
        const versions = Array.from({ length: 60 }, (_, version) => ({ version, transition: transitionOf("erased") }));
        expect(await records.store.load(workflowId)).toEqual({ start: bare, head, versions });
        const commit = { token: "late", transition: transitionOf("late"), owner: "anyone" } as const;
        for (const version of [0, 59]) {
          expect(await records.store.commit(keyOf(workflowId, version), commit)).toMatchObject({ type: "refused" });
          expect(await records.store.claim(keyOf(workflowId, version), claimBy("late"))).toMatchObject({
            type: "refused",
          });
        }
        expect(await records.reader.readHeads([workflowId])).toEqual(new Map());
        await expect.poll(() => list(definition(definitionId))).toEqual([]);
        await expect.poll(() => list({ type: "tag", name: "customer", value })).toEqual([]);
      }
      expect(await records.store.createStart(start)).toEqual({ isNew: false, start: bare });
      expect(await records.store.writeHead(headOf(workflowId, { version: 59 }))).toBe(false);
      await expect.poll(() => list({ type: "tag", name: "customer", value })).toEqual([]);
    });
  });
}
