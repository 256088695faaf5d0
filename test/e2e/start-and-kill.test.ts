import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { NodeProcess } from "./node-process.ts";

const main = "src/platforms/local/main.ts";
const freePorts = { REFLUXO_HTTP_PORT: "0", REFLUXO_SQS_S3_PORT: "0", REFLUXO_DYNAMODB_PORT: "0" };
const root = mkdtempSync(join(tmpdir(), "refluxo-e2e-"));
const running = new Set<NodeProcess>();

afterEach(async () => {
  await Promise.all([...running].map((started) => started.end("SIGKILL")));
  running.clear();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

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

describe("npm start, killed in the middle", () => {
  test("goes on after a restart: the retry comes, the paused order is approved, and both complete", async () => {
    const folder = newFolder();
    const first = startMain(folder);
    const { key } = await accessTo(first);
    await first.printed(/order-1001 v2 charge step error status=error/);
    await first.printed(/order-1002 v2 approve step committed status=paused/);
    expect(await first.end("SIGKILL")).toBe("SIGKILL");
    expect(first.output).not.toContain("status=completed");

    const second = startMain(folder);
    const access = await accessTo(second);
    expect(access.key).toBe(key);
    await second.printed(/order-1001 v5 notify step committed status=completed/);
    expect(await pasteApproval(second)).toBe(202);
    await second.printed(/order-1002 v8 notify step committed status=completed/);
    expect(await readWorkflow(access, "order-1001")).toMatchObject({
      status: "completed",
      version: 6,
      context: { validate: [{ attempt: 1 }], charge: [{ attempt: 1, output: null }, { attempt: 2 }] },
    });
    expect(await readWorkflow(access, "order-1002")).toMatchObject({
      status: "completed",
      version: 9,
      context: { approve: [{ output: { approved: true, by: "you" } }] },
    });
  });

  test.each([
    ["its workflow has started", /order-1001 v0 workflow started/],
    ["its first step is printed", /order-1001 v0 validate step committed/],
    ["its second step is printed", /order-1001 v1 reserve step committed/],
  ])("completes the order after a restart when it was killed as soon as %s", async (_when, line) => {
    const folder = newFolder();
    const first = startMain(folder);
    await first.printed(line);
    await first.end("SIGKILL");
    expect(first.output).not.toContain("status=completed");

    const second = startMain(folder);
    await second.printed(/order-1001 v5 notify step committed status=completed/);
    await second.printed(/order-1002 v2 approve step committed status=paused/);
  });

  test("runs a step again at once that was running when the process was killed", async () => {
    const folder = newFolder();
    const first = start(["test/e2e/slow-stack.ts", folder, "60000"]);
    const [, url = "", key = ""] = await first.printed(/up at (\S+) with key (\S+)/);
    const response = await fetch(`${url}/workflows`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ definitionId: "slow", workflowId: "slow-1" }),
    });
    expect(response.status).toBe(202);
    await first.printed(/step runs, attempt slow-1#0#1/);
    await first.end("SIGKILL");

    const second = start(["test/e2e/slow-stack.ts", folder, "0"]);
    const [, newUrl = ""] = await second.printed(/up at (\S+) with key/);
    await second.printed(/step runs, attempt slow-1#0#2/);
    await vi.waitFor(async () => {
      expect(await readWorkflow({ url: newUrl, key }, "slow-1")).toMatchObject({ status: "completed", version: 1 });
    }, 10_000);
  });
});

describe("npm start", () => {
  test("-- --once runs every sample to its end and exits 0", async () => {
    const once = start([main, "--once"]);
    expect(await once.ended).toBe(0);
    expect(once.output.match(/^✓ .*$/gm)).toEqual([
      "✓ order-fulfilment: completed",
      "✓ order-fulfilment: completed",
      "✓ csv-import: completed",
      "✓ nightly-report: completed",
    ]);
  });

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
    expect(first.output).not.toContain("status=completed\nStopping.\n✗");
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
