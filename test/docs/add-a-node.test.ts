import { afterEach, describe, expect, test, vi } from "vitest";
import { lintDefinition } from "../../scripts/lint-workflows/lint-definition.ts";
import type { Context, NodeDefinition, StepContext } from "../../src/engine/index.ts";
import { nodeDefinitions } from "../../src/workflows/registry.ts";
import { askByMail } from "./add-a-node/ask-by-mail.ts";
import { sendSms } from "./add-a-node/send-sms.ts";
import { writeRecord } from "./add-a-node/write-record.ts";
import { readPage, readRepositoryFile, textsOf } from "./read-page.ts";

const step: StepContext = {
  ...{ workflowId: "w", version: 3, attempt: 1, startedAt: 1_000, stepKey: "w#a#0", attemptKey: "w#a#0#1" },
  signal: new AbortController().signal,
  resumeToken: async () => "",
};

/** Runs a node with what it needs of the globals. */
function visit(node: NodeDefinition, data: unknown, globals: object, payload?: unknown, context: Context = {}) {
  return node.executor(data, context, payload, globals, step);
}

afterEach(() => vi.unstubAllGlobals());

describe("docs/add-a-node.md", () => {
  test.each(["write-record", "send-sms", "ask-by-mail"])("shows the %s that tsc checks and this test runs", (name) => {
    const text = readRepositoryFile(`test/docs/add-a-node/${name}.ts`);
    expect(textsOf(readPage("add-a-node.md"), "ts")).toContain(text.replaceAll("../../../src/", "../"));
  });

  test("write-record writes what the nodes resulted in", async () => {
    const written: unknown[] = [];
    const globals = { payloadBucket: "p", blobs: { write: async (...call: unknown[]) => written.push(call) } };
    const context = { lead: [{ output: { approved: true }, timestamp: 1, attempt: 1 }] };
    expect(await visit(writeRecord, { from: ["lead"] }, globals, undefined, context)).toEqual({
      data: { key: "records/w.json" },
    });
    expect(written).toEqual([
      [{ bucket: "p", key: "records/w.json" }, '{"lead":{"approved":true}}', "application/json"],
    ]);
  });

  test("send-sms asks for the secret when it runs, and hands on the step's key", async () => {
    const sent = vi.fn(async (_url: string, _request: RequestInit) => Response.json({ id: "sms-1" }));
    vi.stubGlobal("fetch", sent);
    const data = { url: "https://sms.example/messages", apiKey: "secretsmanager:sms#apiKey", to: "+49", text: "Hi" };
    const globals = { secret: async (reference: string) => `secret of ${reference}` };
    expect(await visit(sendSms, data, globals)).toEqual({ data: { id: "sms-1" } });
    expect(sent.mock.calls[0]?.[1].headers).toMatchObject({
      authorization: "Bearer secret of secretsmanager:sms#apiKey",
      "idempotency-key": "w#a#0",
    });
  });

  test("ask-by-mail mails the link, takes an answer, and leaves by unanswered when its time is over", async () => {
    const sent = vi.fn(async (_url: string, _request: RequestInit) => new Response());
    vi.stubGlobal("fetch", sent);
    const data = { to: "ada@example.com", question: "Friday?", mailUrl: "http://mail.example", days: 1 };
    const ask = (payload?: unknown) => visit(askByMail, data, { resumeUrl: async () => "https://link" }, payload);
    expect(await ask()).toEqual({ data: { title: "Friday?" }, __pause: true, dueAt: 86_401_000 });
    expect(sent.mock.calls[0]?.[1].body).toContain("https://link");
    expect(await ask({ choice: "accept" })).toEqual({ data: { choice: "accept" }, nextHandle: "answered" });
    expect(await ask({ timer: 86_401_000 })).toEqual({ data: null, nextHandle: "unanswered" });
  });
});

test("docs/add-a-workflow.md shows a definition in which the lint finds the three exits that it says", async () => {
  const [text = ""] = textsOf(readPage("add-a-workflow.md"), "json");
  const file = { path: "src/workflows/leave-request.json", text, value: JSON.parse(text) };
  const found = await lintDefinition(file, nodeDefinitions);
  expect(found.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
    expect.stringContaining("dangling-handle: node 'lead' may leave by 'rejected'"),
    expect.stringContaining("dangling-handle: node 'office' may leave by 'approved'"),
    expect.stringContaining("dangling-handle: node 'office' may leave by 'rejected'"),
  ]);
});
