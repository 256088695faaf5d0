import { beforeEach, describe, expect, it } from "vitest";
import { body, Harness } from "./harness.ts";
import { approval, Ledger } from "./test-workflows.ts";

const dayMs = 24 * 3600 * 1000;
const expired = { type: "refused", code: "expired", reason: "The resume token has expired" };
const answer = { answer: 1 };
let ledger: Ledger;
let harness: Harness;

beforeEach(async () => {
  ledger = new Ledger();
  harness = new Harness({ workflows: [approval], nodes: ledger.nodes });
  await harness.start("w", "approval");
  await harness.drain();
});

const token = async (expiresInMs: number) => (await ledger.steps[0]?.resumeToken({ expiresInMs })) ?? "";
const show = (given: string) => harness.execute({ type: "show-pause", workflowId: "w", token: given });

describe("a resume token with an end", () => {
  it("resumes before it, and is refused from then on, by the dispatcher's clock", async () => {
    const given = await token(dayMs);
    harness.clock.advance(dayMs - 1);
    expect(await show(given)).toMatchObject({ type: "pause", pause: { state: "waiting" } });
    harness.clock.advance(1);
    expect(await show(given)).toEqual(expired);
    expect(await harness.resume("w", { token: given, payload: answer })).toEqual(expired);
    expect(await harness.view("w")).toMatchObject({ status: "paused", version: 1 });
    const longer = await token(dayMs);
    expect(await harness.resume("w", { token: longer, payload: answer })).toMatchObject({ type: "resumed" });
  });

  it("is refused after it even when it resumed before", async () => {
    const given = await token(dayMs);
    await harness.resume("w", { token: given, payload: answer });
    expect(await harness.resume("w", { token: given, payload: answer })).toMatchObject({ type: "resumed", version: 1 });
    harness.clock.advance(dayMs);
    expect(await harness.resume("w", { token: given, payload: answer })).toEqual(expired);
  });

  it("is forbidden without a hint when somebody puts the end off", async () => {
    const [version, key, end, mac] = (await token(1_000)).split(".");
    harness.clock.advance(dayMs);
    const forged = [`${version}.${key}.${Number(end) + 2 * 86_400}.${mac}`, `${version}.${key}.${mac}`];
    for (const given of forged) {
      expect(await harness.resume("w", { token: given, payload: answer })).toMatchObject({ code: "forbidden" });
      expect(await show(given)).toMatchObject({ code: "forbidden", reason: "The resume token is not valid" });
    }
  });

  it("over the queue goes to the dead letters with that reason, and is not tried again", async () => {
    const given = await token(1_000);
    harness.clock.advance(dayMs);
    const message = body({ type: "resume", workflowId: "w", token: given, payload: answer });
    expect(await harness.dispatch([message])).toMatchObject([{ status: "fulfilled" }]);
    expect(harness.queue.deadLetters).toMatchObject([{ reason: "expired: The resume token has expired" }]);
    expect(JSON.stringify(harness.lines)).not.toContain(given);
  });

  it("that is no time fails the node's attempt with the reason", async () => {
    await expect(token(-5)).rejects.toMatchObject({ code: "step.expiry-invalid", isRetryable: false });
  });
});
