import { randomBytes, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { claimBy, headOf, keyOf, newWorkflowId, type OpenedStore, startOf, transitionOf } from "./samples.ts";

/** Loading whole workflows, and definitions. */
export function testLoads(opened: OpenedStore): void {
  const commit = (workflowId: string, version: number, transition: string) =>
    opened().commit(keyOf(workflowId, version), { token: `token-${version}`, transition, owner: "anyone" });

  test("a workflow that was never started is undefined, whatever else is stored of it", async () => {
    expect(await opened().load(newWorkflowId())).toBeUndefined();
    const headOnly = newWorkflowId();
    await opened().writeHead(headOf(headOnly));
    await opened().claim(keyOf(headOnly), claimBy("a"));
    expect(await opened().load(headOnly)).toBeUndefined();
  });

  test("start, head and versions are read together", async () => {
    const workflowId = newWorkflowId();
    const [start, head] = [startOf(workflowId), headOf(workflowId, { version: 1 })];
    await opened().createStart(start);
    await opened().writeHead(head);
    await commit(workflowId, 0, transitionOf("first"));
    await opened().claim(keyOf(workflowId, 1), claimBy("b"));
    expect(await opened().load(workflowId)).toEqual({
      start,
      head,
      versions: [
        expect.objectContaining({ version: 0, transition: transitionOf("first") }),
        { version: 1, claim: { token: "b", expiresAt: claimBy("b").expiresAt, count: 1 } },
      ],
    });
  });

  test("a glance shows in the end what is there, whole or from a version on", async () => {
    const workflowId = newWorkflowId();
    const other = newWorkflowId();
    await opened().createStart(startOf(workflowId));
    await opened().writeHead(headOf(workflowId));
    for (const version of [0, 1]) await commit(workflowId, version, transitionOf(`node-${version}`));
    const [whole, tail] = [await opened().load(workflowId), await opened().loadFrom(workflowId, 1)];
    await expect.poll(() => opened().glance(workflowId)).toEqual(whole);
    await expect.poll(() => opened().glanceFrom(workflowId, 1)).toEqual(tail);
    expect(await opened().glance(other)).toBeUndefined();
    expect(await opened().glanceFrom(other, 0)).toEqual([]);
  });

  test("the versions from one on are read alone, in order, without start and head", async () => {
    const workflowId = newWorkflowId();
    await opened().createStart(startOf(workflowId));
    await opened().writeHead(headOf(workflowId));
    for (const version of [0, 1, 2, 9, 10]) await commit(workflowId, version, transitionOf(`node-${version}`));
    await opened().claim(keyOf(workflowId, 11), claimBy("b"));
    const tail = await opened().loadFrom(workflowId, 2);
    expect(tail.map(({ version }) => version)).toEqual([2, 9, 10, 11]);
    expect(tail[1]).toMatchObject({ claim: { token: "token-9" }, transition: transitionOf("node-9") });
    expect(tail[3]).toEqual({ version: 11, claim: { token: "b", expiresAt: claimBy("b").expiresAt, count: 1 } });
    expect(await opened().loadFrom(workflowId, 12)).toEqual([]);
    expect(await opened().loadFrom(newWorkflowId(), 0)).toEqual([]);
  });

  test("300 versions of 8 KB each, more than one page of 1 MB, come whole and in order", async () => {
    const workflowId = newWorkflowId();
    await opened().createStart(startOf(workflowId));
    const transitions = Array.from(
      { length: 300 },
      (_, version) => `${version}:${randomBytes(6_000).toString("base64")}`,
    );
    for (let from = 0; from < 300; from += 25) {
      const chunk = transitions
        .slice(from, from + 25)
        .map((transition, index) => ({ version: from + index, transition }));
      // Backwards, so that the order of the answer is not the order of writing.
      await Promise.all(chunk.reverse().map(({ version, transition }) => commit(workflowId, version, transition)));
    }
    const { versions = [] } = (await opened().load(workflowId)) ?? {};
    expect(versions.map(({ version }) => version)).toEqual(transitions.map((_, version) => version));
    expect(versions.map(({ transition }) => transition)).toEqual(transitions);
  });

  test("a transition is kept as it is, unicode too", async () => {
    const workflowId = newWorkflowId();
    await opened().createStart(startOf(workflowId));
    const texts = [
      '{"a":"Grüße 🚀🇩🇪 日本語"}',
      '{"zero":"\\u0000"}',
      '{"separator":"\u2028"}',
      '{"combined":"e\u0301"}',
    ];
    for (const [version, text] of texts.entries()) await commit(workflowId, version, text);
    expect((await opened().load(workflowId))?.versions.map(({ transition }) => transition)).toEqual(texts);
  });

  test("workflows whose ids begin alike never mix", async () => {
    const base = newWorkflowId();
    const ids = [base, `${base}1`, `${base}-1`, `${base}.1`, `${base}:1`, base.slice(0, -1)];
    for (const [index, workflowId] of ids.entries()) {
      await opened().createStart(startOf(workflowId, { input: String(index) }));
      await opened().writeHead(headOf(workflowId, { version: index }));
      await commit(workflowId, index, transitionOf(`node-${index}`));
    }
    for (const [index, workflowId] of ids.entries()) {
      const loaded = await opened().load(workflowId);
      expect(loaded?.start.input).toBe(String(index));
      expect(loaded?.head?.version).toBe(index);
      expect(loaded?.versions).toMatchObject([{ version: index, transition: transitionOf(`node-${index}`) }]);
      expect(loaded?.versions).toHaveLength(1);
    }
  });

  test("a start keeps the reference to a large input", async () => {
    const input = { key: "values/64d/w/abc", sizeBytes: 12_345, sha256: "abc" };
    const start = startOf(newWorkflowId(), { input });
    await opened().createStart(start);
    expect((await opened().load(start.workflowId))?.start).toEqual(start);
    expect(await opened().createStart(start)).toEqual({ isNew: false, start });
  });

  test("what was loaded before is not changed by what is written after", async () => {
    const workflowId = newWorkflowId();
    await opened().createStart(startOf(workflowId));
    const before = await opened().load(workflowId);
    await commit(workflowId, 0, transitionOf("later"));
    expect(before).toEqual({ start: startOf(workflowId), versions: [] });
  });

  test("a definition is kept under its hash", async () => {
    const [hash, other] = [randomUUID(), randomUUID()];
    const json = '{"id":"order","nodes":[{"id":"größe"}]}';
    expect(await opened().getDefinition(hash)).toBeUndefined();
    await opened().putDefinition(hash, json);
    await opened().putDefinition(other, "{}");
    expect(await opened().getDefinition(hash)).toBe(json);
  });

  test("the same definition twice is one", async () => {
    const hash = randomUUID();
    await opened().putDefinition(hash, "{}");
    await opened().putDefinition(hash, "{}");
    expect(await opened().getDefinition(hash)).toBe("{}");
  });

  test("a definition's hash never reads as a workflow, nor the other way round", async () => {
    const shared = newWorkflowId();
    await opened().putDefinition(shared, "{}");
    expect(await opened().load(shared)).toBeUndefined();
    const workflowId = newWorkflowId();
    await opened().createStart(startOf(workflowId));
    expect(await opened().getDefinition(workflowId)).toBeUndefined();
  });
}
