import { describe, expect, test } from "vitest";
import {
  answerAfter,
  assertEffects,
  assertPath,
  crashEverywhere,
  type FakeExecutor,
  type RunOptions,
  runWorkflow,
  type TestRun,
} from "../../src/testing/index.ts";
import { globals, nodeDefinitions } from "../../src/workflows/registry.ts";
import expense from "../../src/workflows/samples/expense-large.json" with { type: "json" };
import { findWorkflow } from "./find-workflow.ts";

const workflow = findWorkflow("expense-approval");
const options = { nodeDefinitions, globals: { declared: globals } } satisfies RunOptions;

let runs = 0;
/** Each expense under a name of its own, since the simulated services remember what they did. */
function decide(input: unknown, answers = {}): Promise<TestRun> {
  runs += 1;
  return runWorkflow(workflow, { ...options, workflowId: `expense-${runs}`, input, answers });
}

const [managerMs, directorMs] = [2_000, 172_800_000];
const approved = { approved: true, by: "grace" };
const toManager = ["check", "request", "by-amount", "manager"];
const toDirector = [...toManager, "escalate", "director"];

describe("expense-approval", () => {
  test.each([
    [10_000, ["check", "request", "by-amount", "pay", "tell-paid"]],
    [10_001, toManager],
  ])("an expense of %i cents takes %j: nobody is asked up to the limit", async (amount, path) => {
    const run = await decide({ ...expense, amount });
    expect(run.nodeIds.slice(0, path.length)).toEqual(path);
  });

  test("one below the limit is paid, and says so", async () => {
    const run = await decide({ ...expense, amount: 4_250 });
    expect(run.status).toBe("completed");
    expect(run.outputs["tell-paid"]).toMatchObject({
      to: "ada@example.com",
      subject: "Expense 3001 is paid",
      text: "You get 42.50 EUR. Approved by: nobody, it is below the limit.",
    });
  });

  test("one that the manager approves in time is paid without the director", async () => {
    const run = await decide(expense, { manager: answerAfter(managerMs - 1, approved) });
    expect(run.status).toBe("completed");
    assertPath(run, [...toManager, "pay", "tell-paid"]);
    expect(run.outputs["tell-paid"]).toMatchObject({ text: "You get 640.00 EUR. Approved by: your manager." });
  });

  test("the manager sees what is asked, and for how long", async () => {
    const seen: unknown[] = [];
    await decide(expense, {
      manager: ({ data, dueAt = 0 }: { data: unknown; dueAt?: number }) => {
        seen.push(data, dueAt - Date.UTC(2100, 0, 1));
        return approved;
      },
    });
    expect(seen).toMatchObject([
      {
        title: "Expense 3001 over 640.00 EUR",
        details: { expense: "3001", employee: "Ada", purpose: "A week at the conference in Oslo" },
      },
      managerMs,
    ]);
  });

  test("one that the manager leaves goes on to the director, who is told and approves it a day later", async () => {
    const dayMs = directorMs / 2;
    const run = await decide(expense, { director: answerAfter(dayMs, approved) });
    expect(run).toMatchObject({ status: "completed", elapsedMs: managerMs + dayMs });
    assertPath(run, [...toDirector, "pay", "tell-paid"]);
    expect(run.path).toContainEqual({ nodeId: "manager", handle: "timeout", attempts: 1 });
    expect(run.outputs).toMatchObject({
      manager: { timedOut: true },
      escalate: { to: "grace@example.com", subject: "Please decide about expense 3001" },
      director: approved,
      "tell-paid": { text: "You get 640.00 EUR. Approved by: the director." },
    });
  });

  test("one that nobody answers is rejected when the director's time is over, and pays nothing", async () => {
    const run = await decide(expense);
    expect(run).toMatchObject({ status: "completed", elapsedMs: managerMs + directorMs });
    assertPath(run, [...toDirector, "tell-rejected"]);
    expect(run.outputs["tell-rejected"]).toMatchObject({ text: "Nobody decided in time." });
  });

  test.each([
    ["manager", { comment: "Too dear" }, [...toManager, "tell-rejected"], "Too dear"],
    ["manager", {}, [...toManager, "tell-rejected"], "No reason was given."],
    ["director", { comment: "Not this year" }, [...toDirector, "tell-rejected"], "Not this year"],
  ])("one that the %s rejects with %j is not paid, and its employee hears why", async (who, comment, path, text) => {
    const run = await decide(expense, { [who]: { approved: false, ...comment } });
    expect(run.status).toBe("completed");
    assertPath(run, path);
    expect(run.outputs["tell-rejected"]).toMatchObject({ to: "ada@example.com", text });
  });

  test.each([
    ...[undefined, "640", 0, -5, 12.5, null].map((amount) => ({ ...expense, amount })),
    { ...expense, employee: { name: "Ada", email: "nobody" } },
    { ...expense, director: { email: "grace@example.com" } },
    { ...expense, expenseId: undefined },
    null,
    [],
  ])("input %# that is no expense is refused before anybody is asked", async (input) => {
    const run = await decide(input);
    expect(run.status).toBe("failed");
    expect(run.failedReason).toContain("An expense has an expenseId");
    assertPath(run, ["check", "refuse"]);
    expect(run.results["refuse"]).toMatchObject([{ attempt: 1 }]);
  });
});

describe("expense-approval, wherever its process dies", { timeout: 60_000 }, () => {
  /** The real node, and a record of what it did, by what its service calls it. */
  const recorded = (name: string, what: "mailId" | "payoutId"): FakeExecutor => {
    return async (_data, { original, effects }) => {
      const outcome = await original();
      await effects.record(name, { key: Object(outcome.data)[what] });
      return outcome;
    };
  };
  const crashOptions = {
    ...options,
    input: expense,
    fakes: { "send-mail": recorded("mail", "mailId"), reimburse: recorded("pay", "payoutId") },
  };

  test("an expense that was escalated is paid once, and each mail is sent once", async () => {
    const { run, crashPoints } = await crashEverywhere(workflow, { ...crashOptions, answers: { director: approved } });
    assertPath(run, [...toDirector, "pay", "tell-paid"]);
    assertEffects(run, { mail: 2, pay: 1 });
    expect(crashPoints).toBeGreaterThan(100);
  });
});
