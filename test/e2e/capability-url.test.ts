import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiUnderTest } from "./api-under-test.ts";
import { expectGateway, expectProblem } from "./expect-problem.ts";

const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded" };
const api = new ApiUnderTest();

beforeAll(() => api.start());
afterAll(() => api.stop());

const answer = (workflowId: string, token: string, body: unknown, headers: Readonly<Record<string, string>> = json) =>
  api.postWithoutKey(`/resume/${workflowId}/${token}`, body, headers);

describe("the URL of a resume token", () => {
  test("takes the token of the pause without any other right", async () => {
    const token = await api.ask("by-token");
    const resumed = await answer("by-token", token, { payload: { fine: true } });
    expect([resumed.status, JSON.parse(resumed.text)]).toEqual([202, { workflowId: "by-token", version: 1 }]);
    await api.untilStatus("by-token", "completed");
    expect(await api.read("by-token")).toMatchObject({ context: { ask: [{ output: { answer: { fine: true } } }] } });
  });

  test("asks a person for JSON where a node does not say what it takes", async () => {
    const path = `/resume/by-form/${await api.ask("by-form")}`;
    const page = await api.send("GET", path, {});
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('name="payload" required')]);
    const wrong = await api.postWithoutKey(path, "payload=%7B", form);
    expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining("is not valid JSON")]);
    expect((await api.postWithoutKey(path, "payload=%7B%22fine%22%3Atrue%7D", form)).status).toBe(200);
    await api.untilStatus("by-form", "completed");
    expect(await api.read("by-form")).toMatchObject({ context: { ask: [{ output: { answer: { fine: true } } }] } });
  });

  test("refuses whoever has another token, and goes on waiting", async () => {
    const [token, other] = [await api.ask("guarded"), await api.ask("other")];
    expectProblem(await answer("guarded", other, { payload: 1 }), 403, "forbidden");
    // The path's token is the one that counts.
    expectProblem(
      await answer("guarded", other, { payload: 1 }, { ...json, "x-resume-token": token }),
      403,
      "forbidden",
    );
    expect(await api.read("guarded")).toMatchObject({ status: "paused", version: 1 });
  });

  test("makes nobody an operator, since the gateway looks at no key there", async () => {
    const token = await api.ask("by-key");
    const signed = { ...json, authorization: `Bearer ${api.developmentKey}` };
    expectProblem(await answer("by-key", "1.k1.x", { payload: 1 }, signed), 403, "forbidden");
    const byObject = { payloadObject: { key: "incoming/a.json" } };
    expectProblem(await answer("by-key", token, byObject, signed), 400, "invalid");
    expect(await api.read("by-key")).toMatchObject({ status: "paused", version: 1 });
  });

  test("opens no other route", async () => {
    const token = await api.ask("closed");
    const headers = { ...json, "x-resume-token": token };
    expectGateway(await api.send("GET", "/workflows/closed", headers), 403, "Forbidden");
    const resume = `/workflows/closed/resume`;
    expectGateway(await api.postWithoutKey(resume, { token, payload: 1 }, headers), 403, "Forbidden");
    const start = { definitionId: "ask", workflowId: "uninvited" };
    expectGateway(await api.postWithoutKey("/workflows", start, headers), 403, "Forbidden");
    expect((await api.send("GET", "/workflows/uninvited")).status).toBe(404);
  });
});
