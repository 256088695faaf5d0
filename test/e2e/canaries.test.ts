import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { clientConfigs } from "../../src/platforms/local/cli/create-handlers.ts";
import { LocalClient } from "../../src/platforms/local/cli/local-client.ts";
import type { HandlerFactory } from "../../src/platforms/local/run-local-stack.ts";
import { MemorySecretSource } from "../../src/platforms/memory/index.ts";
import { lambdaContext } from "../platforms/aws/lambda-context.ts";
import { canary, findCanaries, plainCanary, showAll } from "./canary.ts";
import { leakyNodes } from "./leaky-nodes.ts";
import { type RawAnswer, type RawRequest, sendRaw } from "./raw-request.ts";
import { countDeadLetters, type Everything, readEverything } from "./read-everything.ts";
import { applicationWith, startTestStack, type TestStack } from "./test-stack.ts";

/** I16 end to end: what is secret is in nothing that is kept, sent, logged or answered; a payload is in no log. */

const ssm = new MemorySecretSource();
const secretsmanager = new MemorySecretSource();
ssm.secrets.set("/orders/key", canary("parameter"));
secretsmanager.secrets.set("orders/text", `${canary("secret")}\n`);
secretsmanager.secrets.set(
  "orders/json",
  JSON.stringify({ apiKey: canary("field"), unused: canary("other-field"), port: 5432 }),
);
const references = ["ssm:/orders/key", "secretsmanager:orders/text", "secretsmanager:orders/json#apiKey"];

const resumeKey = plainCanary("resume-key");
const resumeKeys = {
  current: async () => ({ id: "k1", secret: resumeKey }),
  find: async (id: string) => {
    // An error of the platform that quotes what a node was handed: it fails a record and is logged.
    if (id === "broken")
      throw new Error(`no keys with ${canary("parameter")}`, { cause: new Error([...seen.tokens][0]) });
    return id === "k1" ? { id, secret: resumeKey } : undefined;
  },
};

const headers = {
  authorization: `Bearer ${plainCanary("wrong-bearer")}`,
  "x-resume-token": plainCanary("forged-header-token"),
  cookie: `session=${plainCanary("cookie")}`,
  "x-api-key": plainCanary("api-key"),
};
const forgedToken = `1.k1.${plainCanary("forged-token").padEnd(43, "x").slice(0, 43)}`;
const payloads = {
  input: canary("input"),
  large: canary("large-input"),
  resume: canary("resume-payload"),
  refused: canary("refused-payload"),
  field: plainCanary("unknown-field"),
  type: plainCanary("unknown-type"),
  malformed: canary("malformed"),
  forbidden: plainCanary("forbidden-key"),
  document: plainCanary("document-key"),
  query: plainCanary("query"),
  path: plainCanary("path"),
};

const seen = { secrets: new Set<string>(), tokens: new Set<string>() };
const nodes = leakyNodes(references, seen);
/** All that the dispatcher was invoked with (so every message that was sent and delivered), answered, and threw. */
const invocations: unknown[] = [];
const direct: unknown[] = [];
const answers: RawAnswer[] = [];
const printed: unknown[] = [];
/** Why the leaky workflows failed, by node type. */
const reasons: Record<string, string | undefined> = {};
let invokeDirectly: (event: unknown) => Promise<unknown>;
let running: TestStack;
let client: LocalClient;
let everything: Everything;

function notingInvocations(create: HandlerFactory): HandlerFactory {
  return (environment, endpoints) => {
    const inner = create(environment, endpoints);
    const outcomeOf = (event: unknown, context: Parameters<typeof inner.handler>[1]) =>
      inner.handler(event, context).catch((error: unknown) => {
        invocations.push(error);
        throw error;
      });
    invokeDirectly = (event) => outcomeOf(event, lambdaContext());
    const handler: typeof inner.handler = async (event, context) => {
      invocations.push(event);
      const result = await outcomeOf(event, context);
      invocations.push(result);
      return result;
    };
    return { ...inner, handler };
  };
}

async function call(request: RawRequest, key = `Bearer ${running.stack.developmentKey}`): Promise<RawAnswer> {
  const answer = await sendRaw(running.stack.endpoints.http, {
    ...request,
    headers: { "content-type": "application/json", authorization: key, ...request.headers },
  });
  answers.push(answer);
  return answer;
}

const post = (path: string, body: unknown, more: Readonly<Record<string, string>> = {}) =>
  call({ method: "POST", path, headers: more, body: typeof body === "string" ? body : JSON.stringify(body) });

async function untilStatus(workflowId: string, ...statuses: readonly string[]) {
  return vi.waitFor(
    async () => {
      const { text } = await call({ path: `/workflows/${workflowId}` });
      const workflow: { status: string; metadata: { failedReason?: string } } = JSON.parse(text);
      expect(statuses).toContain(workflow.status);
      return workflow;
    },
    { timeout: 90_000, interval: 50 },
  );
}

async function runWorkflows(): Promise<void> {
  const leaky = Object.keys(nodes).filter((type) => type !== "uses" && type !== "asks");
  for (const type of [...leaky, "uses", "asks"]) {
    const answer = await post("/workflows", { definitionId: type, workflowId: type, input: { note: payloads.input } });
    expect(answer.status).toBe(202);
  }
  await post("/workflows", {
    definitionId: "uses",
    workflowId: "large",
    input: { note: payloads.large.padEnd(20_000, "x") },
  });
  for (const type of leaky) {
    const { metadata } = await untilStatus(type, "failed", "paused", "completed");
    reasons[type] = metadata.failedReason;
  }
  await untilStatus("uses", "completed");
  await untilStatus("large", "completed");
  await untilStatus("asks", "paused");
}

/** Everything that HTTP callers do wrong, and the resume that they do right. */
async function callBadly(): Promise<void> {
  const resume = "/workflows/asks/resume";
  const [token = ""] = [...seen.tokens].slice(-1);
  for (const authorization of [headers.authorization, `AWS4-HMAC-SHA256 Credential=${headers["x-api-key"]}`]) {
    for (const path of ["/workflows", resume]) await post(path, { payload: 1 }, { ...headers, authorization });
    await call({ path: "/workflows/asks", headers: { ...headers, authorization } });
  }
  const { authorization: _wrong, ...others } = headers;
  await post(resume, { payload: payloads.refused }, others);
  await post(resume, { payload: payloads.refused, token: forgedToken }, others);
  await post(resume, { payload: payloads.refused, token: `${token}x` });
  await post(resume, { payload: payloads.refused, token: token.repeat(20) });
  await post(resume, { payload: 1, [payloads.field]: payloads.refused });
  await post(`/workflows/uses/resume?token=${token}`, { payload: payloads.refused }, { "x-resume-token": token });
  await post("/workflows", `{"definitionId":"uses","input":"${payloads.malformed}`, others);
  await post("/workflows", { definitionId: "uses", [payloads.field]: 1 }, others);
  await post("/workflows", `{"definitionId":"uses","input":{"${payloads.forbidden}":{"__proto__":1}}}`);
  await post("/workflows", { definitionId: "uses", workflowId: `${payloads.input} ../x` });
  await post("/workflows", { definitionId: "uses", input: payloads.input.repeat(20_000) });
  await post("/workflows", payloads.input, { "content-type": "text/plain" });
  await post("/workflows", { definitionId: "uses", workflowId: "uses", input: payloads.refused });
  await call({ path: `/${payloads.path}/${token}?key=${payloads.query}`, headers: others });
  await call({ path: `/workflows/${payloads.path}%20x?key=${payloads.query}&token=${token}`, headers: others });
  expect(await untilStatus("asks", "paused")).toMatchObject({ version: 1 });
  const resumed = await post(resume, { payload: payloads.resume }, { "x-resume-token": token });
  expect(resumed.status).toBe(202);
  await post(resume, { payload: payloads.refused, token });
  await untilStatus("asks", "completed");
}

async function sendBadMessages(): Promise<number> {
  const s3 = new S3Client(clientConfigs(running.stack.endpoints).s3);
  const Bucket = running.stack.names["PayloadBucket"];
  const Key = "incoming/bad.json";
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: `{"${payloads.document}":{"__proto__":1}}` }));
  s3.destroy();
  const bodies = [
    `{"type":"start","definitionId":"uses","input":"${payloads.malformed}`,
    payloads.malformed,
    JSON.stringify({ type: payloads.type }),
    JSON.stringify({ type: "cancel", workflowId: "asks", [payloads.field]: payloads.refused }),
    `{"type":"start","definitionId":"uses","input":{"${payloads.forbidden}":{"__proto__":1}}}`,
    JSON.stringify({ type: "start", definitionId: "uses", workflowId: "uses", input: payloads.refused }),
    JSON.stringify({ type: "start", definitionId: "uses", workflowId: "document", inputObject: { key: Key } }),
    JSON.stringify({ type: "resume", workflowId: "asks", version: 99, payload: payloads.refused }),
  ];
  for (const body of bodies) await client.enqueue(body);
  return bodies.length;
}

/** A record that fails for an error with secrets in it. */
async function failRecord(): Promise<void> {
  const token = `1.broken.${"x".repeat(43)}`;
  await client.enqueue(JSON.stringify({ type: "resume", workflowId: "asks", token, payload: payloads.refused }));
  await vi.waitFor(() => expect(failures()).toHaveLength(1), { timeout: 90_000, interval: 50 });
}

const failures = () => running.logger.lines.filter(({ message }) => message === "record failed");

/** What Lambda logs of a direct invocation that fails is what the handler throws. */
async function invokeBadly(): Promise<void> {
  for (const event of [
    { type: payloads.type },
    { type: "cancel", workflowId: "asks", [payloads.field]: payloads.refused },
    JSON.parse(
      `{"type":"start","definitionId":"uses","workflowId":"x","input":{"${payloads.forbidden}":{"__proto__":1}}}`,
    ),
    { type: "start", definitionId: "uses", workflowId: "document", inputObject: { key: "incoming/bad.json" } },
    { type: "resume", workflowId: "asks", token: forgedToken, payload: payloads.refused },
    { [payloads.field]: headers },
  ]) {
    direct.push(
      await invokeDirectly(event).then(
        () => expect.unreachable("It is refused"),
        (error: unknown) => error,
      ),
    );
  }
}

beforeAll(async () => {
  for (const method of ["log", "debug", "info", "warn", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((...line: unknown[]) => void printed.push(line));
  }
  running = await startTestStack(applicationWith(nodes), {
    resumeKeys,
    secretSources: { ssm, secretsmanager },
    wrapDispatcher: notingInvocations,
  });
  client = new LocalClient(running.stack);
  await runWorkflows();
  await callBadly();
  const letters = await sendBadMessages();
  await vi.waitFor(async () => expect(await countDeadLetters(running.stack)).toBe(letters), {
    timeout: 90_000,
    interval: 100,
  });
  await failRecord();
  await invokeBadly();
  everything = await readEverything(running.stack);
}, 120_000);
afterAll(async () => {
  vi.restoreAllMocks();
  await running?.stack.stop();
});

/** Every secret, token and value of an Authorization or like header. */
function secrets(): readonly string[] {
  const all = [...seen.secrets, ...seen.tokens].map((secret) => secret.trim());
  const own = [canary("other-field"), resumeKey, running.stack.developmentKey, forgedToken];
  return [...all, ...own, ...Object.values(headers).map((value) => value.replace(/^\w+[ =]/, ""))];
}

const logs = () => [running.logger.lines, running.runtimeLines, printed, direct];
const places = (): Readonly<Record<string, unknown>> => ({
  "an item of the table": everything.items,
  "an object": everything.objects,
  "a message in a queue": everything.messages,
  "a message that was delivered, or an answer of the dispatcher": invocations,
  "an answer of the API": answers,
  "a log line": logs(),
});

describe("the run", () => {
  test("went through everything that it is to be searched for", () => {
    expect([...seen.secrets].toSorted()).toEqual(
      [canary("parameter"), `${canary("secret")}\n`, canary("field")].toSorted(),
    );
    expect(seen.tokens.size).toBeGreaterThan(15);
    expect(answers.filter(({ status }) => status >= 400).length).toBeGreaterThan(20);
    expect(direct).toHaveLength(6);
  });

  test("failed each leaky workflow with a reason that says where, or has the secret's place", () => {
    const silent = ["throws-a-cause", "throws-an-attribute", "throws-token-a-cause", "throws-token-an-attribute"];
    expect(Object.keys(reasons).length).toBeGreaterThan(50);
    for (const [type, reason] of Object.entries(reasons)) {
      if (silent.includes(type)) expect(reason, type).toBe("Error: failed");
      else expect(reason, type).toMatch(/\[secret\]|secret\.leaked|must be <scheme>/);
    }
  });

  test("logged an error that quoted secrets, with their places", () => {
    expect(failures()).toMatchObject([{ error: { message: "no keys with [secret]", cause: { message: "[secret]" } } }]);
  });

  test("is searched where it left its payloads: the search finds what is there", () => {
    const { items, objects, messages } = everything;
    expect(findCanaries(showAll(items), Object.values(payloads))).toEqual([payloads.input, payloads.resume]);
    expect(findCanaries(showAll(objects), Object.values(payloads))).toContain(payloads.large);
    expect(findCanaries(showAll(messages), Object.values(payloads))).toEqual(
      expect.arrayContaining([payloads.type, payloads.field, payloads.malformed, payloads.forbidden]),
    );
    expect(findCanaries(showAll(answers), Object.values(payloads))).toContain(payloads.input);
    expect(running.logger.lines.length).toBeGreaterThan(200);
    expect(showAll(everything.items)).toContain("[secret]");
  });
});

test("no secret, token or Authorization header is in anything that is kept, sent, logged or answered (I16)", () => {
  for (const [place, content] of Object.entries(places())) {
    expect(findCanaries(showAll(content), secrets()), place).toEqual([]);
  }
});

test("no payload is in a log line, nor in an error that Lambda would log (I16)", () => {
  expect(findCanaries(showAll(logs()), Object.values(payloads))).toEqual([]);
});
