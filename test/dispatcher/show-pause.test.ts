import { beforeEach, describe, expect, it } from "vitest";
import { Harness, payloadBucket } from "./harness.ts";
import { approval, Ledger, startOfTests } from "./test-workflows.ts";

const timed = { id: "timed", nodes: [{ id: "ask", type: "approve", data: { dueInMs: 60_000 } }], edges: [] };
const large = {
  id: "large",
  nodes: [{ id: "ask", type: "tell", data: {} }],
  edges: [],
};
let ledger: Ledger;
let harness: Harness;
let size: number;

beforeEach(() => {
  ledger = new Ledger();
  size = 20_000;
  harness = new Harness({
    workflows: [approval, timed, large],
    nodes: {
      ...ledger.nodes,
      tell: {
        executor: async (_data, _context, _payload, _globals, step) => {
          if (step !== undefined) ledger.steps.push(step);
          return { data: { text: "x".repeat(size) }, __pause: true };
        },
      },
    },
  });
});

const token = async () => (await ledger.steps[0]?.resumeToken()) ?? "";
const show = async (given?: string) =>
  harness.execute({ type: "show-pause", workflowId: "w", token: given ?? (await token()) });
const paused = async (definitionId: string) => {
  await harness.start("w", definitionId);
  await harness.drain();
};

describe("the pause of a token", () => {
  it("is shown while it waits, with what its node says", async () => {
    await paused("approval");
    expect(await show()).toEqual({
      type: "pause",
      pause: { workflowId: "w", version: 1, nodeId: "ask", state: "waiting", data: { please: "answer" } },
    });
  });

  it("is changed by no look at it", async () => {
    await paused("approval");
    const before = JSON.stringify(await harness.store.load("w"));
    for (let looks = 0; looks < 10; looks += 1) await show();
    expect(JSON.stringify(await harness.store.load("w"))).toBe(before);
    expect(harness.queue.messages).toEqual([]);
  });

  it("is not there yet before it is committed", async () => {
    await paused("approval");
    const early = new Harness({ workflows: [approval], nodes: ledger.nodes });
    await early.start("w", "approval");
    const command = { type: "show-pause", workflowId: "w", token: await token() } as const;
    expect(await early.execute(command)).toMatchObject({ code: "too-early" });
  });

  it("says that it was answered, and not what", async () => {
    await paused("approval");
    await harness.resume("w", { payload: { answer: "for nobody else" } });
    const shown = await show();
    expect(shown).toMatchObject({ pause: { state: "answered", nodeId: "ask" } });
    expect(JSON.stringify(shown)).not.toContain("for nobody else");
    expect(JSON.stringify(shown)).not.toContain("please");
    await harness.drain();
    expect(await show()).toEqual(shown);
  });

  it("says that its workflow was ended", async () => {
    await paused("approval");
    await harness.cancel("w");
    expect(await show()).toMatchObject({ pause: { state: "ended" } });
  });

  it("ends by its own time, and says until when it waits", async () => {
    await paused("timed");
    expect(await show()).toMatchObject({ pause: { state: "waiting", until: startOfTests + 60_000 } });
    const sooner = await ledger.steps[0]?.resumeToken({ expiresInMs: 30_000 });
    expect(await show(sooner)).toMatchObject({ pause: { until: startOfTests + 30_000 } });
    const longest = await ledger.steps[0]?.resumeToken({ expiresInMs: 3_600_000 });
    await harness.run();
    expect(await show(longest)).toMatchObject({ pause: { state: "timed-out" } });
  });

  it("is told from a version at which the workflow never waited", async () => {
    await paused("approval");
    await harness.resume("w", { payload: { answer: 1 } });
    await harness.run();
    const [after] = ledger.steps.filter(({ version }) => version === 2);
    expect(await show(await after?.resumeToken())).toMatchObject({ pause: { state: "passed" } });
    const [last] = ledger.steps.filter(({ version }) => version === 3);
    expect(await show(await last?.resumeToken())).toMatchObject({ pause: { state: "ended" } });
  });

  it("shows data that lies in the payload bucket, unless it is too large or gone", async () => {
    await paused("large");
    expect(await show()).toMatchObject({ pause: { data: { text: "x".repeat(size) } } });
    await harness.blobs.eraseFolder({ bucket: payloadBucket, prefix: "" });
    expect(await show()).toMatchObject({ pause: { state: "waiting", isLeftOut: true } });
  });

  it("leaves out data above half a megabyte", async () => {
    size = 600_000;
    await paused("large");
    const shown = await show();
    expect(shown).toMatchObject({ pause: { state: "waiting", isLeftOut: true } });
    expect(JSON.stringify(shown).length).toBeLessThan(500);
  });

  it("is refused to whoever has no right, alike for a workflow that is not there", async () => {
    await paused("approval");
    const [version, key, mac = ""] = (await token()).split(".");
    const forged = ["", "x", `2.${key}.${mac}`, `${version}.k2.${mac}`, `${version}.${key}.${"A".repeat(43)}`];
    const answers = new Set<string>();
    for (const given of forged) answers.add(JSON.stringify(await show(given)));
    const nobody = { type: "show-pause", workflowId: "nobody", token: await token() } as const;
    answers.add(JSON.stringify(await harness.execute(nobody)));
    expect([...answers]).toEqual([
      JSON.stringify({ type: "refused", code: "forbidden", reason: "The resume token is not valid" }),
    ]);
  });

  it("leaves no token in a log line", async () => {
    await paused("approval");
    await show();
    await harness.resume("w", { token: await token(), payload: { answer: 1 } });
    expect(JSON.stringify(harness.lines)).not.toContain(await token());
  });
});
