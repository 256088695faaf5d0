import { describe, expect, it } from "vitest";
import { billOf, durableDollars, standardDollars } from "../../bench/cost/bill.ts";
import { checkGoals } from "../../bench/cost/cost-goals.ts";
import { parseOptions } from "../../bench/cost/cost-options.ts";
import {
  type CostRow,
  contextSizes,
  costContenders,
  largeOfFew,
  measureLife,
  measureSteps,
  type Situation,
  situations,
} from "../../bench/cost/measure-cost.ts";
import { subtractCounts, usageOf } from "../../bench/cost/usage.ts";
import { useStage } from "./stage.ts";

const time = { dynamodbMs: 5, sqsMs: 10, computeMs: 5, memoryMegabytes: 1024 };

/** Ten steps, each with a message of its own: two writes of a unit, a send, a receive and a delete. */
const tenSteps = {
  steps: 10,
  writeUnits: 20,
  readUnits: 5,
  dynamodbCalls: 30,
  queueRequests: 30,
  invocations: 10,
  received: 10,
  sent: 10,
};

describe("the price of a step", () => {
  it("is that of each unit, request and GB-second, for a million of them", () => {
    const usage = usageOf(tenSteps, time);
    // Three requests of 5 ms, one of 10 ms, 5 ms of its own, at 1 GB.
    expect(usage).toEqual({
      writeUnits: 2,
      readUnits: 0.5,
      queueRequests: 3,
      invocations: 1,
      gigabyteSeconds: 0.03,
    });
    const bill = billOf(usage);
    expect(bill.writes).toBeCloseTo(2 * 0.625, 9);
    expect(bill.reads).toBeCloseTo(0.5 * 0.125, 9);
    expect(bill.queue).toBeCloseTo(3 * 0.4, 9);
    expect(bill.requests).toBeCloseTo(0.2, 9);
    expect(bill.time).toBeCloseTo(0.03 * 13.3334, 9);
    expect(bill.total).toBeCloseTo(1.25 + 0.0625 + 1.2 + 0.2 + 0.400002, 9);
  });

  it("is less in a batch: its messages wait side by side, and share what the invocation costs", () => {
    const { gigabyteSeconds, invocations } = usageOf({ ...tenSteps, invocations: 2 }, time);
    expect(invocations).toBe(0.2);
    // Two invocations of 25 ms of waiting and 5 × 5 ms of computing, for ten steps, with half of the memory.
    expect(gigabyteSeconds).toBeCloseTo((2 * (25 + 25)) / 1000 / 10, 9);
    const halved = usageOf({ ...tenSteps, invocations: 2 }, { ...time, memoryMegabytes: 512 });
    expect(halved.gigabyteSeconds).toBeCloseTo(gigabyteSeconds / 2, 9);
  });

  it("is what a longer run took more than a shorter one", () => {
    const longer = Object.fromEntries(Object.entries(tenSteps).map(([name, count]) => [name, count * 3]));
    expect(subtractCounts({ ...tenSteps, ...longer }, tenSteps)).toMatchObject({ steps: 20, writeUnits: 40, sent: 20 });
  });

  it("stands beside a transition of Standard, and an operation of durable functions with its data", () => {
    expect(standardDollars).toBe(25);
    expect(durableDollars(500)).toBeCloseTo(8 + 0.5 * 0.25, 9);
  });
});

describe("the goals of cost", () => {
  const stage = useStage();
  const { A, A10, B1 } = costContenders;
  const { small } = contextSizes;
  /** Fewer than the command's: they share fewer batches, so they cost more. */
  const twelveAtOnce: Situation = { ...situations.atOnce, workflows: 12 };

  it("hold with one step per message and with ten, from what the emulators count (issue 6, point 7)", async () => {
    const rows = [
      await measureSteps(stage(), A, small, twelveAtOnce, time),
      await measureSteps(stage(), A10, small, situations.alone, time),
      await measureSteps(stage(), A, largeOfFew, situations.alone, time),
      await measureSteps(stage(), A10, largeOfFew, situations.alone, time),
    ];
    const goals = checkGoals(rows);
    expect(goals.map(({ limitDollars }) => limitDollars)).toEqual([2.5, 1.25, 5, 5]);
    expect(goals.filter(({ isKept }) => !isKept)).toEqual([]);
    expect(rows[1]?.usage).toMatchObject({ writeUnits: 1.1, readUnits: 0, queueRequests: 0.3, invocations: 0.1 });
    // A container that knows the workflow reads its tail, eventually consistent.
    expect(rows[2]?.usage).toMatchObject({ writeUnits: 2, readUnits: 0.5, queueRequests: 3, invocations: 1 });
  });

  it("are missed by a lone workflow of one step per message, which is known, and by nothing else", () => {
    const row = (name: CostRow["name"], situation: CostRow["situation"], total: number): CostRow => ({
      ...{ kilobytes: 1, situation, name, usage: usageOf(tenSteps, time) },
      bill: { ...billOf(usageOf(tenSteps, time)), total },
    });
    const rows = [row("A", "alone", 2.6), row("A", "50 at once", 2.6), row("A10", "alone", 1.3), row("B1", "alone", 9)];
    expect(checkGoals(rows).map(({ isKept, isExpected }) => [isKept, isExpected])).toEqual([
      [false, true],
      [false, false],
      [false, false],
    ]);
  });

  it("are set beside the whole life of a workflow, start and head included", async () => {
    const ours = await measureLife(stage(), A, 1, time);
    // Two steps of two units, and nine for the workflow; its start message is received and deleted too.
    expect(ours.usage).toMatchObject({ writeUnits: (2 * 2 + 9) / 2, queueRequests: (2 + 3 * 2) / 2, invocations: 1.5 });
    const plain = await measureLife(stage(), B1, 1, time);
    expect(plain.usage).toMatchObject({ writeUnits: 1.5, readUnits: 0.5, queueRequests: (2 + 3) / 2 });
  });
});

describe("the options of the cost model", () => {
  it("say how long requests are taken to last", () => {
    expect(parseOptions([])).toEqual({ time: { dynamodbMs: 5, sqsMs: 10, computeMs: 5 } });
    const args = ["--dynamodb-ms", "4", "--sqs-ms", "8.5", "--compute-ms", "0", "--memory-mb", "512", "--json", "f"];
    expect(parseOptions(args)).toEqual({
      time: { dynamodbMs: 4, sqsMs: 8.5, computeMs: 0, memoryMegabytes: 512 },
      jsonFile: "f",
    });
  });

  it.each([[["--sqs-ms", "soon"]], [["--sqs-ms", "-1"]], [["--memory-mb", ""]], [["extra"]], [["--free"]]])(
    "refuse %j with the usage",
    (args) => expect(() => parseOptions(args)).toThrow("npm run cost --"),
  );
});
