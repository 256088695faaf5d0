import { describe, expect, test } from "vitest";
import {
  assertEffects,
  assertPath,
  crashEverywhere,
  type FakeExecutor,
  type RunOptions,
  runWorkflow,
  type TestRun,
} from "../../src/testing/index.ts";
import { globals, nodeDefinitions } from "../../src/workflows/registry.ts";
import available from "../../src/workflows/samples/trip-available.json" with { type: "json" };
import soldOut from "../../src/workflows/samples/trip-sold-out.json" with { type: "json" };
import { findWorkflow } from "./find-workflow.ts";

const workflow = findWorkflow("trip-booking");

/** The real node, and a record of what it did, by what its service calls it. */
const recorded = (name: string, what: "bookingId" | "cancellationId"): FakeExecutor => {
  return async (_data, { original, effects }) => {
    const outcome = await original();
    await effects.record(name, { key: Object(outcome.data)[what], detail: Object(outcome.data).bookingId });
    return outcome;
  };
};
const options = {
  nodeDefinitions,
  globals: { declared: globals },
  fakes: { "make-booking": recorded("book", "bookingId"), "cancel-booking": recorded("cancel", "cancellationId") },
} satisfies RunOptions;

let runs = 0;
/** Each trip under a name of its own, since the simulated services remember what they did. */
function bookTrip(input: unknown, more: RunOptions = {}): Promise<TestRun> {
  runs += 1;
  return runWorkflow(workflow, { ...options, workflowId: `trip-${runs}`, input, ...more });
}

/** The bookings that were made, and those that were cancelled, in order. */
function bookingsOf({ effects }: TestRun) {
  const idsOf = (name: string) => effects.filter((effect) => effect.name === name).map(({ detail }) => detail);
  return { made: idsOf("book"), cancelled: idsOf("cancel") };
}

describe("trip-booking", () => {
  test("a trip that can be booked whole is confirmed with its bookings and its total, and nothing is cancelled", async () => {
    const run = await bookTrip(available);
    expect(run.status).toBe("completed");
    assertPath(run, ["flight", "hotel", "car", "itinerary", "confirm"]);
    assertEffects(run, { book: 3 });
    expect(run.outputs["itinerary"]).toEqual({ tripId: "2002", bookingIds: bookingsOf(run).made, total: 80_100 });
    expect(run.outputs["confirm"]).toMatchObject({
      to: "grace@example.com",
      subject: "Trip 2002 is booked",
      text: expect.stringContaining(`801.00 EUR. Your bookings: ${bookingsOf(run).made.join(", ")}.`),
    });
    expect(run.compensation).toBeUndefined();
  });

  test("a trip whose car is sold out fails at once, and its bookings are cancelled in reverse order", async () => {
    const run = await bookTrip(soldOut);
    expect(run).toMatchObject({
      status: "failed",
      failedReason: "TerminalError: CAR-CONVERTIBLE is sold out",
      compensation: { status: "completed", undone: 2, failedCount: 0, failed: [] },
    });
    assertPath(run, ["flight", "hotel", "car", "cancel-hotel", "cancel-flight"]);
    expect(run.results["car"]).toMatchObject([{ attempt: 1 }]);
    const { made, cancelled } = bookingsOf(run);
    expect(made).toHaveLength(2);
    expect(cancelled).toEqual(made.toReversed());
  });

  test.each([
    [{ ...soldOut, flight: {} }, ["flight"], []],
    [{ ...soldOut, hotel: { ...soldOut.hotel, nights: "three" } }, ["flight", "hotel", "cancel-flight"], ["flight"]],
    [{ ...soldOut, car: null }, ["flight", "hotel", "car", "cancel-hotel", "cancel-flight"], ["hotel", "flight"]],
    [null, ["flight"], []],
  ])(
    "input %# that names a leg badly fails there, and what was booked before it is cancelled",
    async (input, path, undone) => {
      const run = await bookTrip(input);
      expect(run.status).toBe("failed");
      assertPath(run, path);
      expect(bookingsOf(run).cancelled).toEqual(undone.map((leg) => `booking-${run.workflowId}#${leg}#0`));
    },
  );

  test("a leg that is not to be had for now is tried again, and nothing is cancelled", async () => {
    const run = await bookTrip(available, { failures: { car: [new Error("busy")] } });
    expect(run.status).toBe("completed");
    expect(run.path).toContainEqual({ nodeId: "car", attempts: 2 });
    assertEffects(run, { book: 3 });
  });

  test("a cancellation that fails for now is tried again, under the same key", async () => {
    const run = await bookTrip(soldOut, { failures: { "cancel-hotel": [new Error("busy"), new Error("busy")] } });
    expect(run.path).toContainEqual({ nodeId: "cancel-hotel", attempts: 3 });
    expect(run).toMatchObject({ status: "failed", compensation: { status: "completed", undone: 2 } });
    expect(bookingsOf(run).cancelled).toEqual(bookingsOf(run).made.toReversed());
  });

  test("a cancellation whose answer was lost is not made twice", async () => {
    const lossy: FakeExecutor = async (data, call) => {
      const outcome = await options.fakes["cancel-booking"](data, call);
      if (call.step.attempt === 1) throw new Error("The connection was lost");
      return outcome;
    };
    const run = await bookTrip(soldOut, { fakes: { ...options.fakes, "cancel-hotel": lossy } });
    expect(run.path).toContainEqual({ nodeId: "cancel-hotel", attempts: 2 });
    assertEffects(run, { book: 2, cancel: 2 });
  });

  test("a cancellation that fails for good is recorded, and the other booking is still cancelled", async () => {
    const failures = { "cancel-hotel": Array.from({ length: 8 }, () => new Error("The hotel does not answer")) };
    const run = await bookTrip(soldOut, { failures });
    expect(run).toMatchObject({
      status: "failed",
      failedReason: "TerminalError: CAR-CONVERTIBLE is sold out",
      compensation: {
        ...{ status: "failed", undone: 1, failedCount: 1 },
        failed: [{ nodeId: "hotel", visit: 0, error: "Error: The hotel does not answer" }],
      },
    });
    expect(bookingsOf(run).cancelled).toEqual([`booking-${run.workflowId}#flight#0`]);
  });
});

describe("trip-booking, wherever its process dies", { timeout: 60_000 }, () => {
  test.each([true, false])("every booking that was made is cancelled once, sweeper: %s", async (sweeper) => {
    const { run, crashPoints } = await crashEverywhere(workflow, {
      ...options,
      input: soldOut,
      failures: { "cancel-flight": [new Error("busy")] },
      effects: { book: "exactly-once", cancel: "exactly-once" },
      sweeper,
    });
    expect(bookingsOf(run).cancelled).toEqual(bookingsOf(run).made.toReversed());
    expect(crashPoints).toBeGreaterThan(60);
  });

  test("a trip that can be booked whole is booked once, and never cancelled", async () => {
    const { run } = await crashEverywhere(workflow, { ...options, input: available });
    expect(run.status).toBe("completed");
    assertEffects(run, { book: 3 });
  });
});
