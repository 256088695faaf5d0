import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makeResumeToken } from "../../src/dispatcher/resume-token.ts";
import type { NodeDefinition } from "../../src/engine/index.ts";
import { ApprovalDecision } from "../../src/nodes/approval.ts";
import { given, type NodeGlobals } from "../../src/nodes/index.ts";
import { createResumeKeysFile } from "../../src/platforms/local/resume-keys-file.ts";
import { expectDocumented } from "./expect-documented.ts";
import { expectGateway, expectProblem } from "./expect-problem.ts";
import { type RawAnswer, sendRaw } from "./raw-request.ts";
import { applicationWith, startTestStack, type TestStack } from "./test-stack.ts";

const hourMs = 3_600_000;
const resumeKeys = createResumeKeysFile(undefined);
/** What the node would mail, by workflow. */
const links = new Map<string, string>();
/** Workflows whose pause is not to be committed yet. */
const held = new Map<string, PromiseWithResolvers<void>>();

const signOff: NodeDefinition<unknown, unknown, NodeGlobals> = {
  metadata: { externalPayload: ApprovalDecision },
  async executor(_data, _context, payload, globals, step) {
    const { workflowId, version } = given(step, "step");
    if (version > 0) return { data: payload };
    links.set(workflowId, await given(globals, "globals").resumeUrl(given(step, "step"), { expiresInMs: hourMs }));
    await held.get(workflowId)?.promise;
    return { data: { title: "Pay <1,200 EUR>?", details: { order: workflowId } }, __pause: true };
  },
};

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack(applicationWith({ "sign-off": signOff }), { resumeKeys });
});
afterAll(() => stack.stack.stop());

const send = async (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: string) => {
  const answer = await sendRaw(stack.stack.endpoints.http, {
    method,
    path,
    headers,
    ...(body !== undefined && { body }),
  });
  expectDocumented(method, path, answer);
  return answer;
};
const asOperator = () => ({
  authorization: `Bearer ${stack.stack.developmentKey}`,
  "content-type": "application/json",
});
const browser = { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" };
const fill = (path: string, fields: Readonly<Record<string, string>>) =>
  send(
    "POST",
    path,
    { ...browser, "content-type": "application/x-www-form-urlencoded" },
    String(new URLSearchParams(fields)),
  );
const post = (path: string, body: unknown) =>
  send("POST", path, { accept: "application/json", "content-type": "application/json" }, JSON.stringify(body));
const read = async (workflowId: string, rest = "") =>
  JSON.parse((await send("GET", `/workflows/${workflowId}${rest}`, asOperator())).text);

async function start(workflowId: string): Promise<void> {
  const body = JSON.stringify({ definitionId: "sign-off", workflowId });
  expect((await send("POST", "/workflows", asOperator(), body)).status).toBe(202);
}

async function untilStatus(workflowId: string, status: string): Promise<void> {
  await vi.waitFor(async () => expect(await read(workflowId)).toMatchObject({ status }), {
    timeout: 90_000,
    interval: 20,
  });
}

/** Starts a workflow, waits for its pause, and gives the path of its link. */
async function ask(workflowId: string): Promise<string> {
  await start(workflowId);
  await untilStatus(workflowId, "paused");
  return pathOf(workflowId);
}

function pathOf(workflowId: string): string {
  return new URL(links.get(workflowId) ?? "").pathname;
}

function expectPage({ status, headers, text }: RawAnswer, expected: number, title: string): void {
  expect([status, text]).toEqual([expected, expect.stringContaining(`<h1 dir="auto">${title}</h1>`)]);
  expect(headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": expect.stringMatching(
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self';/,
    ),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow",
    "x-content-type-options": "nosniff",
  });
}

const taken = "Your answer was recorded";

describe("a person who opens the link", () => {
  test("is shown what is asked, with the form for the answer", async () => {
    const path = await ask("shown");
    expect(links.get("shown")).toBe(`${stack.stack.endpoints.http}${path}`);
    const page = await send("GET", path, browser);
    expectPage(page, 200, "Pay &lt;1,200 EUR&gt;?");
    expect(page.text).toContain("<legend>Do you approve?</legend>");
    expect(page.text).toContain('<td><span class="text" dir="auto">shown</span></td>');
    expect(page.text).toMatch(/You can answer until <time datetime="/);
  });

  test("changes nothing by looking, and neither does a scanner of mail", async () => {
    const path = await ask("scanned");
    const [snapshot, history] = [await read("scanned"), await read("scanned", "/history")];
    for (let looks = 0; looks < 10; looks += 1) {
      expect((await send("GET", path, looks % 2 === 0 ? browser : { accept: "application/json" })).status).toBe(200);
      expectGateway({ ...(await send("HEAD", path)), text: '{"message":"Not Found"}' }, 404, "Not Found");
    }
    expect(await read("scanned")).toEqual(snapshot);
    expect(await read("scanned", "/history")).toEqual(history);
    expectPage(await fill(path, { approved: "true" }), 200, taken);
  });

  test("sees what is wrong with the form, keeps what was filled in, and uses nothing up", async () => {
    const path = await ask("corrected");
    const first = await fill(path, { by: "Mia", comment: "a <b>" });
    expectPage(first, 422, "Pay &lt;1,200 EUR&gt;?");
    expect(first.text).toContain('<a href="#field-0">Do you approve? – choose one</a>');
    expect(first.text).toContain('value="Mia"');
    expect(first.text).toContain("a &lt;b&gt;</textarea>");
    const second = await fill(path, { approved: "true", by: "M".repeat(201) });
    expectPage(second, 422, "Pay &lt;1,200 EUR&gt;?");
    expect(second.text).toContain('<a href="#field-1">Your name – must be at most 200 characters</a>');
    expect(await read("corrected")).toMatchObject({ status: "paused", version: 1 });
    expectPage(await fill(path, { approved: "false", by: "Mia" }), 200, taken);
  });

  test("answers once: the same again says the same, another comes too late", async () => {
    const path = await ask("answered");
    const answer = { approved: "true", by: "Mia", comment: "two\r\nlines" };
    for (let times = 0; times < 3; times += 1) expectPage(await fill(path, answer), 200, taken);
    await untilStatus("answered", "completed");
    expectPage(await fill(path, answer), 200, taken);
    expectPage(await fill(path, { ...answer, approved: "false" }), 409, "This was answered already");
    expectPage(await fill(path, {}), 409, "This was answered already");
    const page = await send("GET", path, browser);
    expectPage(page, 200, "This was answered already");
    for (const secret of ["Mia", "lines", "Pay", "<form"]) expect(page.text).not.toContain(secret);
    expect(await read("answered")).toMatchObject({
      context: { "sign-off": [{ output: { approved: true, by: "Mia", comment: "two\nlines" } }] },
    });
    const { entries } = await read("answered", "/history");
    expect(entries).toMatchObject([{ type: "step" }, { type: "resume", by: "token" }, { type: "step" }]);
  });

  test("is told when the workflow was ended meanwhile", async () => {
    const path = await ask("cancelled");
    await send("POST", "/workflows/cancelled/cancel", asOperator());
    expectPage(await send("GET", path, browser), 200, "No answer is needed any more");
    expectPage(await fill(path, { approved: "true" }), 409, "No answer is needed any more");
  });

  test("comes too early before the pause is committed, and then in time", async () => {
    held.set("early", Promise.withResolvers<void>());
    await start("early");
    await vi.waitFor(() => expect(links.has("early")).toBe(true), { timeout: 90_000, interval: 20 });
    const path = pathOf("early");
    expectPage(await send("GET", path, browser), 409, "Not waiting for an answer yet");
    expectPage(await fill(path, { approved: "true" }), 409, "Not waiting for an answer yet");
    expectProblem(await post(path, { payload: { approved: true } }), 409, "too-early");
    held.get("early")?.resolve();
    await untilStatus("early", "paused");
    expectPage(await fill(path, { approved: "true" }), 200, taken);
  });
});

describe("a link that is not good", () => {
  test("is refused without a hint, whatever is wrong with it", async () => {
    const [, , , token = ""] = (await ask("guarded")).split("/");
    const [version, key, end, mac = ""] = token.split(".");
    const paths = [
      "/resume/guarded/x",
      `/resume/nobody/${token}`,
      `/resume/guarded%23/${token}`,
      `/resume/guarded/${version}.${key}.${mac}`,
      `/resume/guarded/${version}.${key}.${Number(end) + 1}.${mac}`,
      `/resume/guarded/2.${key}.${end}.${mac}`,
      `/resume/guarded/${version}.k9.${end}.${mac}`,
      `/resume/guarded/${token}${"A".repeat(600)}`,
    ];
    const pages = new Set<string>();
    const problems = new Set<string>();
    for (const path of paths) {
      const page = await send("GET", path, browser);
      expectPage(page, 403, "This link is not valid");
      pages.add(page.text).add((await fill(path, { approved: "true" })).text);
      const problem = await post(path, { payload: { approved: true } });
      expectProblem(problem, 403, "forbidden");
      problems.add(problem.text.replace(/urn:request:[\w-]+/, ""));
    }
    expect([pages.size, problems.size]).toEqual([1, 1]);
    expect(await read("guarded")).toMatchObject({ status: "paused", version: 1 });
  });

  test("says that it has expired, also after it was used", async () => {
    await ask("expired");
    const token = await makeResumeToken(resumeKeys, "expired", { version: 1, expiresAtS: 1_700_000_000 });
    const path = `/resume/expired/${token}`;
    expectPage(await send("GET", path, browser), 410, "This link has expired");
    expectPage(await fill(path, { approved: "true" }), 410, "This link has expired");
    expectProblem(await post(path, { payload: { approved: true } }), 410, "expired");
    expectPage(await fill(pathOf("expired"), { approved: "true" }), 200, taken);
    expectProblem(await post(path, { payload: { approved: true } }), 410, "expired");
  });
});

describe("a machine at the same URL", () => {
  test("is told what is asked, and in which shape", async () => {
    const path = await ask("described");
    const { status, headers, text } = await send("GET", path, { accept: "application/json" });
    expect([status, headers["content-type"], headers["referrer-policy"]]).toEqual([
      200,
      "application/json",
      "no-referrer",
    ]);
    expect(JSON.parse(text)).toEqual({
      workflowId: "described",
      version: 1,
      state: "waiting",
      title: "Pay <1,200 EUR>?",
      data: { title: "Pay <1,200 EUR>?", details: { order: "described" } },
      until: expect.any(Number),
      payloadSchema: expect.objectContaining({ type: "object", required: ["approved"] }),
    });
  });

  test("resumes once: the same again answers the same, another is a conflict", async () => {
    const path = await ask("posted");
    const payload = { approved: true, by: "a service" };
    for (let times = 0; times < 2; times += 1) {
      const answer = await post(path, { payload });
      expect([answer.status, JSON.parse(answer.text)]).toEqual([202, { workflowId: "posted", version: 1 }]);
    }
    expectProblem(await post(path, { payload: { approved: false } }), 409, "conflict");
    await untilStatus("posted", "completed");
    const shown = await send("GET", path, { accept: "application/json" });
    expect(JSON.parse(shown.text)).toEqual({ workflowId: "posted", version: 1, state: "answered" });
  });

  test("is told what is wrong with a payload, which uses nothing up", async () => {
    const path = await ask("mistaken");
    const refusal = await post(path, { payload: { approved: "yes" } });
    expect([refusal.status, refusal.headers["content-type"]]).toEqual([400, "application/problem+json"]);
    expect(JSON.parse(refusal.text)).toMatchObject({
      type: "urn:refluxo:problem:invalid",
      detail: "payload.approved: must be true or false",
      errors: [{ path: "approved", message: "must be true or false" }],
    });
    expectProblem(await send("POST", path, { "content-type": "text/plain" }, "yes"), 415, "media-type");
    expectProblem(await post(path, { payload: {}, token: "x" }), 400, "invalid");
    expect(await read("mistaken")).toMatchObject({ status: "paused", version: 1 });
    expect((await post(path, { payload: { approved: false } })).status).toBe(202);
  });
});

test("no token stands in a log line (I16)", () => {
  const said = JSON.stringify([stack.logger.lines, stack.runtimeLines]);
  expect(links.size).toBeGreaterThan(5);
  for (const link of links.values()) expect(said).not.toContain(link.split(".").at(-1));
});
