import { expect, it } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import { Harness } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";
import { approval, Ledger } from "./test-workflows.ts";

// Found by the simulation (docs/reliability.md).

const minuteMs = 60_000;

async function sweepForMinutes(harness: Harness, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    harness.clock.advance(minuteMs);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.drain();
  }
}

it("a workflow past its longest duration is looked at again soon when the message that ends it is lost", async () => {
  const patient: WorkflowDefinition = {
    id: "patient",
    nodes: [{ id: "ask", type: "approve", data: { dueInMs: 40 * 24 * 60 * minuteMs } }],
    edges: [],
    longestDurationMs: 20 * minuteMs,
  };
  const harness = new Harness({ workflows: [patient], nodes: new Ledger().nodes });
  await harness.start("w", "patient");
  await harness.drain();
  harness.clock.advance(20 * minuteMs);
  await harness.dispatcher().sweep(harness.invocation());
  expect(harness.queue.messages).toHaveLength(1);
  harness.queue.purge();
  await sweepForMinutes(harness, 60);
  expect((await harness.view("w")).status).toBe("failed");
});

it("a resumed workflow does not keep the daily looks of its pause", async () => {
  const harness = new Harness({ workflows: [approval], nodes: new Ledger().nodes });
  await harness.start("w", "approval");
  await harness.drain();
  const store = replaceMethods(harness.store, {
    commit: async (key, commit) => {
      await harness.store.commit(key, commit);
      throw new Error("The answer is lost");
    },
  });
  await expect(harness.resume("w", { payload: { answer: 1 } }, harness.dispatcher({ store }))).rejects.toThrow("lost");
  harness.clock.advance(minuteMs);
  expect(await harness.dispatcher().sweep(harness.invocation())).toMatchObject({ sent: 1 });
  harness.queue.purge();
  await sweepForMinutes(harness, 60);
  expect((await harness.view("w")).status).toBe("completed");
});

it("a resume that stalls before its commit, past the next look, does not wait a day for the look after", async () => {
  const harness = new Harness({ workflows: [approval], nodes: new Ledger().nodes });
  await harness.start("w", "approval");
  await harness.drain();
  const stalling = replaceMethods(harness.store, {
    commit: async (key, commit) => {
      harness.clock.advance(2 * minuteMs);
      // It finds a pause that nothing moves.
      expect(await harness.dispatcher().sweep(harness.invocation())).toMatchObject({ quiet: 1 });
      return harness.store.commit(key, commit);
    },
    writeHead: () => Promise.reject(new Error("throttled")),
  });
  const resume = harness.resume("w", { payload: { answer: 1 } }, harness.dispatcher({ store: stalling }));
  await expect(resume).rejects.toThrow("throttled");
  await sweepForMinutes(harness, 60);
  expect((await harness.view("w")).status).toBe("completed");
});

it("a pause whose resume never came to its commit is looked at ever more rarely again, up to once a day", async () => {
  const harness = new Harness({ workflows: [approval], nodes: new Ledger().nodes });
  await harness.start("w", "approval");
  await harness.drain();
  const failing = replaceMethods(harness.store, { commit: () => Promise.reject(new Error("throttled")) });
  const resume = harness.resume("w", { payload: { answer: 1 } }, harness.dispatcher({ store: failing }));
  await expect(resume).rejects.toThrow("throttled");
  let looks = 0;
  for (let minute = 0; minute < 4 * 24 * 60; minute += 1) {
    harness.clock.advance(minuteMs);
    looks += (await harness.dispatcher().sweep(harness.invocation())).quiet;
  }
  // After 1, 10, 20, 40, … minutes, then once a day.
  expect(looks).toBeGreaterThan(8);
  expect(looks).toBeLessThan(15);
});
