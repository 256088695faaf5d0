import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiUnderTest } from "./api-under-test.ts";
import { expectProblem } from "./expect-problem.ts";

const ask = { nodes: [{ id: "ask", type: "ask", data: {} }], edges: [] };
const tags = { order: "id", customer: "customer.email" };

const api = new ApiUnderTest({
  workflows: [
    { id: "order", ...ask, tags },
    { id: "return", ...ask, tags },
  ],
});

interface Listed {
  readonly workflowId: string;
  readonly status: string;
  readonly definitionId: string;
  readonly startedAt: number;
}

/** Every workflow of this test, by its place in the order of starts. */
const started = ["w-0", "w-1", "w-2", "w-3", "w-4", "w-5", "w-6", "w-7"];
const [ada, bob] = ["ada@example.com", "bob@example.com"];

beforeAll(async () => {
  await api.start();
  for (const [index, workflowId] of started.entries()) {
    const definitionId = index % 4 === 3 ? "return" : "order";
    const input = { id: index, customer: { email: index % 2 === 0 ? ada : bob } };
    expect((await api.post("/workflows", { definitionId, workflowId, input })).status).toBe(202);
    await api.untilStatus(workflowId, "paused");
  }
  for (const workflowId of ["w-1", "w-4"]) await api.post(`/workflows/${workflowId}/cancel`, { reason: "Test" });
  await api.resume("w-6", { payload: "fine" });
  await api.untilStatus("w-6", "completed");
});
afterAll(() => api.stop());

async function list(query: Readonly<Record<string, string>>) {
  const { status, text } = await api.send("GET", `/workflows?${new URLSearchParams(query)}`);
  expect([query, status]).toEqual([query, 200]);
  const page: { readonly workflows: readonly Listed[]; readonly nextCursor?: string } = JSON.parse(text);
  return page;
}

async function idsOf(query: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { workflows, nextCursor } = await list(query);
  expect(nextCursor).toBeUndefined();
  return workflows.map(({ workflowId }) => workflowId);
}

const without = (...left: readonly string[]) => started.filter((id) => !left.includes(id)).toReversed();

describe("a list of workflows", () => {
  test("has all of them, newest start first, with what identifies each", async () => {
    const { workflows } = await list({});
    expect(workflows.map(({ workflowId }) => workflowId)).toEqual(started.toReversed());
    const times = workflows.map(({ startedAt }) => startedAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(workflows.find(({ workflowId }) => workflowId === "w-4")).toEqual({
      workflowId: "w-4",
      definitionId: "order",
      status: "failed",
      version: 2,
      startedAt: expect.any(Number),
      tags: { order: "4", customer: ada },
      failedReason: "Cancelled",
    });
  });

  test("is filtered by status, definition and tag, and by several together", async () => {
    expect(await idsOf({ status: "paused" })).toEqual(without("w-1", "w-4", "w-6"));
    expect(await idsOf({ status: "failed" })).toEqual(["w-4", "w-1"]);
    expect(await idsOf({ status: "completed" })).toEqual(["w-6"]);
    expect(await idsOf({ status: "error" })).toEqual([]);
    expect(await idsOf({ definitionId: "return" })).toEqual(["w-7", "w-3"]);
    expect(await idsOf({ definitionId: "nonsense" })).toEqual([]);
    expect(await idsOf({ tag: "order:5" })).toEqual(["w-5"]);
    expect(await idsOf({ tag: `customer:${ada}` })).toEqual(["w-6", "w-4", "w-2", "w-0"]);
    expect(await idsOf({ tag: "customer:ADA@example.com" })).toEqual([]);
    expect(await idsOf({ tag: `customer:${bob}`, status: "paused", definitionId: "order" })).toEqual(["w-5"]);
    expect(await idsOf({ status: "completed", definitionId: "return" })).toEqual([]);
  });

  test("is cut by start time: the first instant is part of it, the last is not", async () => {
    const { workflows } = await list({});
    const startOf = (id: string) => workflows.find(({ workflowId }) => workflowId === id)?.startedAt ?? 0;
    const at = (id: string) => new Date(startOf(id)).toISOString();
    const between = started.filter((id) => startOf(id) >= startOf("w-2") && startOf(id) < startOf("w-5")).toReversed();
    expect(await idsOf({ startedFrom: at("w-2"), startedBefore: at("w-5") })).toEqual(between);
    expect(between).toContain("w-2");
    expect(between).not.toContain("w-5");
    expect(await idsOf({ startedFrom: at("w-2"), startedBefore: at("w-5"), tag: `customer:${bob}` })).toEqual(["w-3"]);
    expect(await idsOf({ startedFrom: "2999-01-01T00:00:00Z" })).toEqual([]);
    expect(await idsOf({ startedBefore: "1970-01-01T00:00:00Z" })).toEqual([]);
    expect(await idsOf({ startedFrom: at("w-5"), startedBefore: at("w-2") })).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ["of all", {}],
    ["of a status", { status: "paused" }],
    ["of a definition", { definitionId: "order" }],
    ["of a tag", { tag: `customer:${ada}` }],
    ["of filters together", { tag: `customer:${ada}`, status: "paused" }],
  ])("%s comes in pages of any size, each workflow once", async (_what, query) => {
    const whole = await idsOf(query);
    expect(whole.length).toBeGreaterThan(1);
    for (const limit of [1, 2, 3]) {
      const found: string[] = [];
      let cursor: string | undefined;
      for (let pages = 0; pages < 20; pages += 1) {
        const page = await list({ ...query, limit: String(limit), ...(cursor !== undefined && { cursor }) });
        expect(page.workflows.length).toBeLessThanOrEqual(limit);
        found.push(...page.workflows.map(({ workflowId }) => workflowId));
        cursor = page.nextCursor;
        if (cursor === undefined) break;
      }
      expect(found).toEqual(whole);
    }
  });
});

/** Bytes of a cursor that are changed, left out, added, or another list's. */
function tamperedWith(cursor: string): readonly string[] {
  const encode = (text: string) => Buffer.from(text).toString("base64url");
  const [startedAt, workflowId, checksum] = JSON.parse(Buffer.from(cursor, "base64url").toString());
  return [
    ...Array.from(cursor, (character, index) => {
      return `${cursor.slice(0, index)}${character === "A" ? "B" : "A"}${cursor.slice(index + 1)}`;
    }),
    cursor.slice(1),
    cursor.slice(0, -1),
    `${cursor}A`,
    `${cursor}=`,
    `${cursor}%00`,
    `${cursor}%0d%0aset-cookie:x=1`,
    cursor.toUpperCase(),
    encode(JSON.stringify([startedAt, workflowId])),
    encode(JSON.stringify([startedAt + 1, workflowId, checksum])),
    encode(JSON.stringify([startedAt, "../x", checksum])),
    encode(JSON.stringify([startedAt, workflowId, checksum, 1])),
    encode(JSON.stringify({ startedAt, workflowId })),
    encode('{"__proto__":{"isAdmin":true}}'),
    encode("[".repeat(300)),
    "x".repeat(512),
    "x".repeat(10_000 - 1),
    "",
  ];
}

describe("a cursor that was tampered with", () => {
  test("is answered with 400, and nothing else", async () => {
    const { nextCursor = "" } = await list({ limit: "1" });
    for (const cursor of tamperedWith(nextCursor).filter((text) => text !== nextCursor)) {
      expectProblem(await api.send("GET", `/workflows?cursor=${cursor}`), 400, "invalid");
    }
    const history = await api.send("GET", "/workflows/w-6/history?limit=1");
    const { nextCursor: next } = JSON.parse(history.text);
    for (const cursor of tamperedWith(next).filter((text) => text !== next)) {
      expectProblem(await api.send("GET", `/workflows/w-6/history?cursor=${cursor}`), 400, "invalid");
    }
    expectProblem(await api.send("GET", `/workflows?cursor=${next}`), 400, "invalid");
    expectProblem(await api.send("GET", `/workflows/w-6/history?cursor=${nextCursor}`), 400, "invalid");
    expect(Object.hasOwn(Object.prototype, "isAdmin")).toBe(false);
  });
});
