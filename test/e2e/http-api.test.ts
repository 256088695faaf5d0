import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import orderLarge from "../../src/workflows/samples/order-large.json" with { type: "json" };
import { ApiUnderTest } from "./api-under-test.ts";
import { expectProblem } from "./expect-problem.ts";

const api = new ApiUnderTest();

beforeAll(() => api.start());
afterAll(() => api.stop());

describe("a workflow over HTTP", () => {
  test("starts, and says where it is", async () => {
    const answer = await api.post("/workflows", { definitionId: "ask", workflowId: "http-1", input: { a: 1 } });
    expect(answer.status).toBe(202);
    expect(answer.headers).toMatchObject({ location: "/workflows/http-1", "content-type": "application/json" });
    expect(JSON.parse(answer.text)).toEqual({ workflowId: "http-1" });
    await api.untilStatus("http-1", "paused");
    expect(await api.read("http-1")).toMatchObject({
      workflowId: "http-1",
      definitionId: "ask",
      version: 1,
      input: { a: 1 },
      pause: { nodeId: "ask", data: { question: "Well?" } },
    });
  });

  test("gets an id of its own when the caller gives none", async () => {
    const start = () => api.post("/workflows", { definitionId: "ask" });
    const [first, second] = [await start(), await start()];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(first.headers.location).not.toBe(second.headers.location);
    expect((await api.send("GET", first.headers.location ?? "")).status).toBe(200);
  });

  test("starts once, however often its start is sent", async () => {
    const start = () => api.post("/workflows", { definitionId: "ask", workflowId: "twice", input: [1] });
    const answers = await Promise.all([start(), start(), start()]);
    await api.untilStatus("twice", "paused");
    for (const { status, text } of [...answers, await start()]) expect([status, text]).toEqual([202, answers[0]?.text]);
    expect(await api.read("twice")).toMatchObject({ version: 1, stepCount: 1 });
    const other = await api.post("/workflows", { definitionId: "ask", workflowId: "twice", input: [2] });
    expectProblem(other, 409, "conflict");
  });

  test("is approved by an operator without a token", async () => {
    await api.post("/workflows", { definitionId: "order-fulfilment", workflowId: "order-1", input: orderLarge });
    await api.untilStatus("order-1", "paused");
    expect((await api.resume("order-1", { payload: { approved: true } })).status).toBe(202);
    await api.untilStatus("order-1", "completed");
  });

  test("is resumed once: the same resume answers the same, another one is refused", async () => {
    const token = await api.ask("double");
    const first = await api.resume("double", { token, payload: "yes" });
    await api.untilStatus("double", "completed");
    const again = await api.resume("double", { token, payload: "yes" });
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expectProblem(await api.resume("double", { token, payload: "no" }), 409, "conflict");
    expectProblem(await api.resume("double", { payload: "no" }), 409, "conflict");
    expect(await api.read("double")).toMatchObject({ version: 3, context: { ask: [{ output: { answer: "yes" } }] } });
  });

  test("takes one of two resumes that race", async () => {
    const token = await api.ask("race");
    const answers = await Promise.all(["a", "b"].map((payload) => api.resume("race", { token, payload })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    await api.untilStatus("race", "completed");
  });

  test("refuses a token that was forged, belongs to another workflow, or to another pause", async () => {
    const [token, other] = [await api.ask("guarded"), await api.ask("other")];
    // Not the last character: of its bits base64url leaves some unused.
    const changed = token.at(-2) === "A" ? "B" : "A";
    const forgeries = [
      `${token.slice(0, -2)}${changed}${token.at(-1)}`,
      token.replace(/^1/, "2"),
      other,
      "x",
      "",
      "1.k1.",
    ];
    for (const forged of forgeries) {
      expectProblem(await api.resume("guarded", { token: forged, payload: 1 }), 403, "forbidden");
    }
    expectProblem(await api.resume("guarded", { token, version: 2 }), 403, "forbidden");
    expect(await api.read("guarded")).toMatchObject({ status: "paused", version: 1 });
  });

  test("says too early until the pause is committed, then takes the same token", async () => {
    const gate = Promise.withResolvers<void>();
    api.held.set("early", gate);
    try {
      await api.post("/workflows", { definitionId: "ask", workflowId: "early" });
      await vi.waitFor(() => expect(api.tokens.has("early")).toBe(true), 10_000);
      expectProblem(await api.resume("early", { token: api.tokens.get("early"), payload: 1 }), 409, "too-early");
      expectProblem(await api.resume("early", { payload: 1 }), 409, "too-early");
    } finally {
      gate.resolve();
    }
    await api.untilStatus("early", "paused");
    expect((await api.resume("early", { token: api.tokens.get("early"), payload: 1 })).status).toBe(202);
    await api.untilStatus("early", "completed");
  });
});
