import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiUnderTest } from "./api-under-test.ts";
import { expectGateway, expectProblem } from "./expect-problem.ts";
import { type TemplateVariant, writeTemplateVariant } from "./template-variant.ts";

const json = { "content-type": "application/json" };
const api = new ApiUnderTest();
let variant: TemplateVariant | undefined;

beforeAll(async () => {
  // What someone does to whom a mailed link is enough: the route asks for no signature, so the token alone counts.
  variant = writeTemplateVariant(/(ResumeRoute:\n[\s\S]*?AuthorizationType: )!If \[UsesJwt, JWT, AWS_IAM\]/, "$1NONE");
  await api.start({ templatePath: variant.path });
});
afterAll(async () => {
  await api.stop();
  variant?.remove();
});

const resume = (workflowId: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  api.postWithoutKey(`/workflows/${workflowId}/resume`, body, { ...json, ...headers });

describe("a resume route without an authoriser", () => {
  test("takes the token of the pause without any other right", async () => {
    const token = await api.ask("by-token");
    const answer = await resume("by-token", { token, payload: { fine: true } });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([202, { workflowId: "by-token", version: 1 }]);
    await api.untilStatus("by-token", "completed");
    expect(await api.read("by-token")).toMatchObject({ context: { ask: [{ output: { answer: { fine: true } } }] } });
  });

  test("takes the token from the header as well", async () => {
    const token = await api.ask("by-header");
    const answer = await resume("by-header", { payload: 1 }, { "x-resume-token": token });
    expect(answer.status).toBe(202);
    await api.untilStatus("by-header", "completed");
  });

  test("refuses whoever has no token or a wrong one, and goes on waiting", async () => {
    const [token, other] = [await api.ask("guarded"), await api.ask("other")];
    expectProblem(await resume("guarded", { payload: 1 }), 403, "forbidden");
    expectProblem(await resume("guarded", { version: 1, payload: 1 }), 403, "forbidden");
    expectProblem(await resume("guarded", { token: other, payload: 1 }), 403, "forbidden");
    expectProblem(await resume("guarded", { payload: 1 }, { "x-resume-token": other }), 403, "forbidden");
    // The body's token is the one that counts.
    expectProblem(await resume("guarded", { token: other }, { "x-resume-token": token }), 403, "forbidden");
    expect(await api.read("guarded")).toMatchObject({ status: "paused", version: 1 });
  });

  test("makes nobody an operator, since the gateway looks at no key there", async () => {
    await api.ask("by-key");
    expectProblem(await api.resume("by-key", { payload: 1 }), 403, "forbidden");
    expect(await api.read("by-key")).toMatchObject({ status: "paused", version: 1 });
  });

  test("opens no other route", async () => {
    const token = await api.ask("closed");
    const headers = { ...json, "x-resume-token": token };
    expectGateway(await api.send("GET", "/workflows/closed", headers), 403, "Forbidden");
    const start = { definitionId: "ask", workflowId: "uninvited" };
    expectGateway(await api.postWithoutKey("/workflows", start, headers), 403, "Forbidden");
    expect((await api.send("GET", "/workflows/uninvited")).status).toBe(404);
  });
});
