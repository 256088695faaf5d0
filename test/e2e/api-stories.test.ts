import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { workflows } from "../../src/workflows/registry.ts";
import orderLarge from "../../src/workflows/samples/order-large.json" with { type: "json" };
import { ApiUnderTest } from "./api-under-test.ts";
import { expectProblem } from "./expect-problem.ts";

const operator = "arn:aws:iam::000000000000:user/development";

const printerError = "Error: out of paper";

/** Workflows whose node `shaky` fails. */
const failing = new Set<string>();
/** Workflows whose node `held` has begun, and what lets it end. */
const held = new Map<string, PromiseWithResolvers<void>>();

const api = new ApiUnderTest({
  nodes: {
    shaky: {
      executor: async (_data, _context, payload, _globals, step) => {
        if (failing.has(step?.workflowId ?? "")) throw new Error("out of paper");
        return { data: { printed: payload } };
      },
    },
    held: {
      executor: async (_data, _context, _payload, _globals, step) => {
        const gate = Promise.withResolvers<void>();
        held.set(step?.workflowId ?? "", gate);
        await gate.promise;
        return { data: "done" };
      },
    },
  },
});

beforeAll(() => api.start());
afterAll(async () => {
  for (const { resolve } of held.values()) resolve();
  await api.stop();
});

const start = (definitionId: string, workflowId: string, input: unknown = null) =>
  api.post("/workflows", { definitionId, workflowId, input });
const post = (workflowId: string, action: string, body: unknown = "") =>
  api.post(`/workflows/${workflowId}/${action}`, body);

async function readJson(path: string): Promise<ReturnType<typeof JSON.parse>> {
  const { status, text } = await api.send("GET", path);
  expect([path, status]).toEqual([path, 200]);
  return JSON.parse(text);
}

/** Starts `held` and waits until its node runs. */
async function startHeld(workflowId: string): Promise<void> {
  expect((await start("held", workflowId)).status).toBe(202);
  await vi.waitFor(() => expect(held.has(workflowId)).toBe(true), 10_000);
}

describe("a start under an Idempotency-Key", () => {
  const withKey = (key: string, body: unknown) =>
    api.post("/workflows", body, { "content-type": "application/json", "idempotency-key": key });

  test("is one workflow, however often and from however many at once it is sent", async () => {
    const body = { definitionId: "ask", input: { order: 7 } };
    const answers = await Promise.all(Array.from({ length: 5 }, () => withKey("order-7/a", body)));
    answers.push(await withKey("order-7/a", body));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    const { workflowId } = JSON.parse(answers[0]?.text ?? "");
    expect(answers[0]).toMatchObject({ status: 202, headers: { location: `/workflows/${workflowId}` } });
    await api.untilStatus(workflowId, "paused");
    expect(await api.read(workflowId)).toMatchObject({ version: 1, stepCount: 1, input: { order: 7 } });
  });

  test("with another input or definition is a conflict, and another key another workflow", async () => {
    const first = await withKey("key-1", { definitionId: "ask", input: 1 });
    expectProblem(await withKey("key-1", { definitionId: "ask", input: 2 }), 409, "conflict");
    expectProblem(await withKey("key-1", { definitionId: "shaky", input: 1 }), 409, "conflict");
    const second = await withKey("key-2", { definitionId: "ask", input: 1 });
    expect([second.status, second.text === first.text]).toEqual([202, false]);
  });

  test("beside a workflowId, or with characters that no header should have, is refused", async () => {
    expectProblem(await withKey("key-3", { definitionId: "ask", workflowId: "named" }), 400, "invalid");
    for (const key of ["", "a b", "ü", "x".repeat(256)]) {
      expectProblem(await withKey(key, { definitionId: "ask" }), 400, "invalid");
    }
  });
});

describe("an order that a person approves", () => {
  test("is approved at the version that it paused at, and its history says who did it", async () => {
    await start("order-fulfilment", "order-1002", orderLarge);
    await api.untilStatus("order-1002", "paused");
    const { version, pause } = await readJson("/workflows/order-1002");
    expect(pause).toMatchObject({ nodeId: "approve" });
    const approve = () => post("order-1002", "resume", { version, payload: { approved: true } });
    const answers = [await approve(), await approve()];
    for (const { status, text } of answers) {
      expect([status, JSON.parse(text)]).toEqual([202, { workflowId: "order-1002", version }]);
    }
    await api.untilStatus("order-1002", "completed");
    expectProblem(await post("order-1002", "resume", { version, payload: { approved: false } }), 409, "conflict");
    const { entries, startedBy } = await readJson("/workflows/order-1002/history");
    expect(startedBy).toBe(operator);
    expect(entries[version]).toMatchObject({
      type: "resume",
      nodeId: "approve",
      output: { approved: true },
      by: operator,
    });
    expect(entries.map((entry: { readonly version: number }) => entry.version)).toEqual([...entries.keys()]);
  });

  test("has a history that is read in pages, each entry once", async () => {
    await start("order-fulfilment", "paged", orderLarge);
    await api.untilStatus("paged", "paused");
    const whole = await readJson("/workflows/paged/history");
    const entries: unknown[] = [];
    let path: string | undefined = "/workflows/paged/history?limit=1";
    for (let pages = 0; path !== undefined && pages < 10; pages += 1) {
      const page = await readJson(path);
      expect(page.entries).toHaveLength(1);
      entries.push(...page.entries);
      path = page.nextCursor && `/workflows/paged/history?limit=1&cursor=${page.nextCursor}`;
    }
    expect(entries).toEqual(whole.entries);
    expect(entries).toHaveLength(3);
  });
});

describe("a cancel", () => {
  test("takes over a running step, whose result is dropped; again it answers the same", async () => {
    await startHeld("running");
    const cancel = () => post("running", "cancel", { reason: "Ordered twice" });
    const first = await cancel();
    expect([first.status, JSON.parse(first.text)]).toEqual([200, { workflowId: "running", version: 1 }]);
    held.get("running")?.resolve();
    expect(await cancel()).toMatchObject({ status: 200, text: first.text });
    const view = { status: "failed", version: 1, context: {}, metadata: { failedReason: "Cancelled" } };
    expect(await api.read("running")).toMatchObject(view);
    const { entries } = await readJson("/workflows/running/history");
    expect(entries).toMatchObject([{ type: "cancel", reason: "Ordered twice", by: operator, status: "failed" }]);
  });

  test("in a race with the step that ends the workflow: one of them wins, and the caller learns which", async () => {
    for (let round = 0; round < 12; round += 1) {
      const workflowId = `race-${round}`;
      await startHeld(workflowId);
      const cancelled = post(workflowId, "cancel");
      // Later in every round, so that now the one and now the other is first.
      setTimeout(() => held.get(workflowId)?.resolve(), round);
      const answer = await cancelled;
      if (answer.status === 200) await api.untilStatus(workflowId, "failed");
      else {
        expectProblem(answer, 409, "conflict");
        await api.untilStatus(workflowId, "completed");
      }
      const { entries } = await readJson(`/workflows/${workflowId}/history`);
      expect(entries).toMatchObject([{ type: answer.status === 200 ? "cancel" : "step" }]);
    }
  });

  test("of a workflow that has ended is a conflict", async () => {
    await start("shaky", "over");
    await api.untilStatus("over", "completed");
    expectProblem(await post("over", "cancel", {}), 409, "conflict");
    expect(await api.read("over")).toMatchObject({ status: "completed", version: 1 });
  });
});

describe("a workflow that failed", () => {
  test("is retried where it failed, once for each failure, and its history says who asked", async () => {
    failing.add("shaky-1");
    await start("shaky", "shaky-1", "page 1");
    await api.untilStatus("shaky-1", "failed");
    expect(await api.read("shaky-1")).toMatchObject({ metadata: { failedReason: printerError } });
    const again = await post("shaky-1", "retry", {});
    expect([again.status, JSON.parse(again.text)]).toEqual([202, { workflowId: "shaky-1", version: 1 }]);
    await vi.waitFor(
      async () => expect(await api.read("shaky-1")).toMatchObject({ status: "failed", version: 3 }),
      10_000,
    );
    failing.delete("shaky-1");
    const retry = () => post("shaky-1", "retry", { version: 3 });
    const answers = await Promise.all([retry(), retry(), retry()]);
    await api.untilStatus("shaky-1", "completed");
    for (const { status, text } of [...answers, await retry()]) {
      expect([status, JSON.parse(text)]).toEqual([202, { workflowId: "shaky-1", version: 3 }]);
    }
    const { entries } = await readJson("/workflows/shaky-1/history");
    expect(entries).toMatchObject([
      { version: 0, type: "step", status: "failed", attempt: 1, error: printerError },
      { version: 1, type: "retry", status: "active", by: operator },
      { version: 2, type: "step", status: "failed" },
      { version: 3, type: "retry", by: operator },
      { version: 4, type: "step", status: "completed", output: { printed: "page 1" } },
    ]);
    expect(entries).toHaveLength(5);
    expectProblem(await post("shaky-1", "retry"), 409, "conflict");
    expectProblem(await post("shaky-1", "retry", { version: 2 }), 409, "conflict");
    expectProblem(await post("shaky-1", "retry", { version: 99 }), 409, "conflict");
  });
});

describe("a workflow that is deleted", () => {
  test("is gone, but its id stays used; one that has not ended is not deleted", async () => {
    await api.ask("doomed");
    expectProblem(await api.send("DELETE", "/workflows/doomed"), 409, "conflict");
    expect((await post("doomed", "resume", { version: 1, payload: "secret answer" })).status).toBe(202);
    await api.untilStatus("doomed", "completed");
    for (let times = 0; times < 2; times += 1) {
      expect(await api.send("DELETE", "/workflows/doomed")).toMatchObject({ status: 204, text: "" });
    }
    expectProblem(await api.send("GET", "/workflows/doomed"), 404, "not-found");
    expectProblem(await api.send("GET", "/workflows/doomed/history"), 404, "not-found");
    for (const action of ["cancel", "retry"]) expectProblem(await post("doomed", action), 404, "not-found");
    expectProblem(await post("doomed", "resume", { payload: 1 }), 404, "not-found");
    expectProblem(await start("ask", "doomed"), 409, "conflict");
    expect(JSON.stringify(await readJson("/workflows?limit=100"))).not.toContain("doomed");
  });
});

describe("what this deployment has", () => {
  test("its definitions, each as JSON and as a Mermaid flowchart", async () => {
    const { definitions } = await readJson("/definitions");
    const ids = definitions.map(({ id }: { readonly id: string }) => id);
    expect(ids).toEqual(["ask", "held", "shaky", ...workflows.map(({ id }) => id)].toSorted());
    for (const { id, hash } of definitions) {
      const answer = await readJson(`/definitions/${id}`);
      expect(answer).toMatchObject({ id, hash, definition: { id } });
      expect(answer.mermaid).toMatch(/^flowchart TD\n {2}n0\["/);
    }
    const { $schema, ...file } = JSON.parse(
      readFileSync(new URL("../../src/workflows/order-fulfilment.json", import.meta.url), "utf8"),
    );
    expect((await readJson("/definitions/order-fulfilment")).definition).toEqual(file);
    expectProblem(await api.send("GET", "/definitions/nonsense"), 404, "not-found");
    expectProblem(await api.send("GET", "/definitions/toString"), 404, "not-found");
  });

  test("the OpenAPI document, as it stands in the repository", async () => {
    const file = readFileSync(new URL("../../src/contracts/openapi.json", import.meta.url), "utf8");
    const { headers, text } = await api.send("GET", "/openapi.json");
    expect(JSON.parse(text)).toEqual(JSON.parse(file));
    expect(headers["content-type"]).toBe("application/json");
  });
});
