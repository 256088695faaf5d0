import { expect, it } from "vitest";
import { Harness } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";
import { chain, Ledger } from "./test-workflows.ts";

const minuteMs = 60_000;

it("an active workflow whose messages are always lost is looked at ever more rarely, but every hour for good", async () => {
  const harness = new Harness({ workflows: [chain("chain", 1)], nodes: new Ledger().nodes });
  // It says that it sent, as a queue does that is purged again and again.
  const queue = replaceMethods(harness.queue, { send: async (messages) => messages.map(() => undefined) });
  await harness.start("w", "chain", null, harness.dispatcher({ queue }));

  const gaps: number[] = [];
  let sinceLast = 0;
  for (let minute = 1; minute <= 8 * 60; minute += 1) {
    harness.clock.advance(minuteMs);
    sinceLast += 1;
    const { sent } = await harness.dispatcher({ queue }).sweep(harness.invocation());
    if (sent === 0) continue;
    gaps.push(sinceLast);
    sinceLast = 0;
  }

  expect(gaps).toEqual([5, 10, 20, 40, 60, 60, 60, 60, 60, 60]);
  expect(await harness.view("w")).toMatchObject({ status: "active", version: 0 });
});
