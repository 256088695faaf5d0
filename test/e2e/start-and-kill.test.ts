import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { NodeProcess } from "./node-process.ts";

const main = "src/platforms/local/main.ts";
const freePorts = {
  REFLUXO_HTTP_PORT: "0",
  REFLUXO_SQS_S3_PORT: "0",
  REFLUXO_DYNAMODB_PORT: "0",
  REFLUXO_EVENTBRIDGE_PORT: "0",
};
const root = mkdtempSync(join(tmpdir(), "refluxo-e2e-"));
const running = new Set<NodeProcess>();

const endAll = () => Promise.all([...running].map((started) => started.abandon()));
afterEach(endAll);
afterAll(async () => {
  await endAll();
  rmSync(root, { recursive: true, force: true });
});

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): NodeProcess {
  const started = new NodeProcess(args, { PATH: process.env["PATH"] ?? "", ...environment });
  running.add(started);
  return started;
}

/** `npm start` on free ports. */
function startMain(stateFolder: string, environment: Readonly<Record<string, string>> = {}): NodeProcess {
  return start([main], { ...freePorts, REFLUXO_STATE_FOLDER: stateFolder, ...environment });
}

function newFolder(): string {
  return mkdtempSync(join(root, "state-"));
}

interface Access {
  readonly url: string;
  readonly key: string;
}

/** Where the application says that it listens, and the key that it prints. */
async function accessTo(app: NodeProcess): Promise<Access> {
  const [, url = ""] = await app.printed(/is up at (http:\/\/127\.0\.0\.1:\d+);/);
  const [, key = ""] = await app.printed(/^Development key .*: (\S+)$/m);
  return { url, key };
}

async function readWorkflow({ url, key }: Access, workflowId: string): Promise<unknown> {
  const response = await fetch(`${url}/workflows/${workflowId}`, { headers: { authorization: `Bearer ${key}` } });
  return response.json();
}

/** Carries out the line that the application prints for the approval: the same address, headers and body. */
async function pasteApproval(app: NodeProcess): Promise<number> {
  const [, line = ""] = await app.printed(/^Approve it:\n +(curl .*)$/m);
  const headers = [...line.matchAll(/-H "([^:]+): ([^"]+)"/g)].map(([, name = "", value = ""]): [string, string] => [
    name,
    value,
  ]);
  const [, body = ""] = /-d '([^']+)'/.exec(line) ?? [];
  const response = await fetch(line.split(" ").at(-1) ?? "", { method: "POST", headers, body });
  return response.status;
}

/** Opens the link that the application prints, with nothing but what is in it. */
async function openApprovalPage(app: NodeProcess): Promise<string> {
  const [, link = ""] = await app.printed(/^ +(http:\S+\/resume\/order-1002\/3\.k1\.\S+)$/m);
  return (await fetch(link)).text();
}

async function startWorkflow({ url, key }: Access, definitionId: string, workflowId: string): Promise<void> {
  const response = await fetch(`${url}/workflows`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ definitionId, workflowId }),
  });
  expect(response.status).toBe(202);
}

async function untilWorkflow(access: Access, workflowId: string, expected: object): Promise<void> {
  const look = async () => expect(await readWorkflow(access, workflowId)).toMatchObject(expected);
  await vi.waitFor(look, { timeout: 90_000, interval: 50 });
}

describe("npm start, killed in the middle", () => {
  test("goes on after a restart: the retry comes, the paused order is approved, and both complete", async () => {
    const folder = newFolder();
    const first = startMain(folder);
    const { key } = await accessTo(first);
    await first.printed(/order-1001 v2 charge .*\berror\b/);
    await first.printed(/order-1002 v2 approve .*\bpaused\b/);
    expect(await first.end("SIGKILL")).toBe("SIGKILL");

    const second = startMain(folder);
    const access = await accessTo(second);
    expect(access.key).toBe(key);
    await untilWorkflow(access, "order-1001", {
      status: "completed",
      version: 6,
      context: { validate: [{ attempt: 1 }], charge: [{ attempt: 1, output: null }, { attempt: 2 }] },
    });
    expect(await readWorkflow(access, "order-1002")).toMatchObject({ status: "paused", version: 3 });
    expect(await openApprovalPage(second)).toContain("<legend>Do you approve?</legend>");
    expect(await pasteApproval(second)).toBe(202);
    await untilWorkflow(access, "order-1002", {
      status: "completed",
      version: 9,
      context: { validate: [{ attempt: 1 }], approve: [{ output: { approved: true, by: "you" } }] },
    });
  });

  test.each([
    ["its workflow has started", /order-1001 v0 .*\bstarted\b/],
    ["its first step is printed", /order-1001 v0 validate .*\bactive\b/],
    ["its second step is printed", /order-1001 v1 reserve .*\bactive\b/],
  ])("completes the order after a restart when it was killed as soon as %s", async (_when, line) => {
    const folder = newFolder();
    const first = startMain(folder);
    await first.printed(line);
    await first.end("SIGKILL");

    const second = startMain(folder);
    const access = await accessTo(second);
    await untilWorkflow(access, "order-1001", { status: "completed", version: 6 });
    await untilWorkflow(access, "order-1002", { status: "paused", version: 3 });
  });
});

describe("a step that runs when its process is killed", () => {
  const killable = "test/e2e/killable-stack.ts";

  async function startKillable(folder: string, slowStepMs = 0) {
    const started = start([killable, folder, String(slowStepMs)]);
    const [, url = "", key = "", queueUrl = ""] = await started.printed(/up at (\S+) with key (\S+) and queue (\S+)/);
    return { started, access: { url, key }, queueUrl };
  }

  /** Starts workflows in one batch, so that their steps run in one batch as well. */
  async function startTogether(queueUrl: string, definitionIds: Readonly<Record<string, string>>): Promise<void> {
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const endpoint = new URL(queueUrl).origin;
    const sqs = new SQSClient({ region: "us-east-1", credentials, endpoint, useQueueUrlAsEndpoint: false });
    const Entries = Object.entries(definitionIds).map(([workflowId, definitionId], index) => ({
      Id: String(index),
      MessageBody: JSON.stringify({ type: "start", definitionId, workflowId }),
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    sqs.destroy();
  }

  test("runs again as soon as there is a process again, not when its claim would have run out", async () => {
    const folder = newFolder();
    const first = await startKillable(folder, 60_000);
    await startWorkflow(first.access, "slow", "slow-1");
    await first.started.printed(/slow runs as slow-1#0#1/);
    await first.started.end("SIGKILL");

    const { access } = await startKillable(folder);
    await untilWorkflow(access, "slow-1", {
      status: "completed",
      version: 1,
      context: { slow: [{ output: { attemptKey: "slow-1#0#2" } }] },
    });
  });

  test("and kills it twice takes no neighbour along: all ten of its batch complete", async () => {
    const folder = newFolder();
    const ids = Array.from({ length: 9 }, (_, index) => `fine-${index}`);
    const first = await startKillable(folder);
    const fine = Object.fromEntries(ids.map((id) => [id, "fine"]));
    await startTogether(first.queueUrl, { killer: "kills-twice", ...fine });
    await first.started.ended;
    const second = await startKillable(folder);
    await second.started.ended;
    const third = await startKillable(folder);
    await untilWorkflow(third.access, "killer", {
      status: "completed",
      context: { "kills-twice": [{ output: { attemptKey: "killer#0#3" } }] },
    });
    for (const id of ids) await untilWorkflow(third.access, id, { status: "completed", version: 1 });
    await third.started.end("SIGKILL");
    const output = [first, second, third].map(({ started }) => started.output).join("");
    // Once more at most: the second kill finds the neighbours committed (I7).
    const runsOf = (id: string) => output.split(`fine runs as ${id}#`).length - 1;
    for (const id of ids) expect([1, 2], id).toContain(runsOf(id));
  });

  test("and kills it every time fails its workflow with a clear error", async () => {
    const folder = newFolder();
    const first = await startKillable(folder);
    await startWorkflow(first.access, "always-kills", "killer");
    await first.started.ended;
    for (const _claim of [2, 3]) await (await startKillable(folder)).started.ended;
    const last = await startKillable(folder);
    await untilWorkflow(last.access, "killer", {
      status: "failed",
      metadata: { failedReason: expect.stringContaining("was claimed 3 times and never committed") },
    });
  });
});

describe("npm start", () => {
  test("refuses a taken port or state folder, naming the variable to change, and ends cleanly by SIGTERM", async () => {
    const folder = newFolder();
    const first = startMain(folder);
    const { url } = await accessTo(first);
    const [, s3Url = ""] = await first.printed(/curl -s -T \S+ (http:\/\/127\.0\.0\.1:\d+)\//);
    const [httpPort, s3Port] = [new URL(url).port, new URL(s3Url).port];

    const others = [
      { environment: { REFLUXO_HTTP_PORT: httpPort }, says: `Port ${httpPort} on 127.0.0.1 is taken` },
      { environment: { REFLUXO_SQS_S3_PORT: s3Port }, says: `Port ${s3Port} on 127.0.0.1 is taken` },
      { environment: { REFLUXO_STATE_FOLDER: folder }, says: `The state folder ${folder} is in use` },
    ];
    await Promise.all(
      others.map(async ({ environment, says }) => {
        const other = startMain(newFolder(), environment);
        expect(await other.ended).toBe(1);
        expect(other.output).toContain(says);
        expect(other.output).toContain(`${Object.keys(environment)[0]}=<`);
        expect(other.output).not.toMatch(/^\s+at /m);
      }),
    );

    expect(await first.end("SIGTERM")).toBe(0);
    expect(first.output).toContain("Stopping.");
  });

  test("exits with the usage when it does not know an option", async () => {
    const refused = start([main, "--nonsense"]);
    expect(await refused.ended).toBe(1);
    expect(refused.output).toContain("--nonsense");
    expect(refused.output).toContain("npm start -- --once");
  });

  test("exits with the name of a variable that makes no sense", async () => {
    const refused = start([main], { REFLUXO_HTTP_PORT: "eighty" });
    expect(await refused.ended).toBe(1);
    expect(refused.output).toContain("REFLUXO_HTTP_PORT must be a port from 0 to 65535");
  });
});
