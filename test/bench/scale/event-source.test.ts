import { expect, test } from "vitest";
import { EventSource, type EventSourceOptions } from "../../../bench/scale/event-source.ts";
import { deployments } from "../../../bench/scale/quotas.ts";
import { MemoryStepQueue, SimulatedClock } from "../../../src/platforms/memory/index.ts";

const visibilityMs = 360_000;

function open(quotas: Partial<EventSourceOptions["quotas"]>, isFailing: (body: string) => boolean = () => false) {
  const clock = new SimulatedClock();
  const queue = new MemoryStepQueue(clock, { visibilityMs });
  const batches: string[][] = [];
  const full = { ...deployments["default quotas"], ...quotas };
  const source = new EventSource({
    ...{ clock, queue, scale: 1, visibilityMs, quotas: full },
    pool: { running: 0, limit: full.accountConcurrency },
    invoke: async (messages) => {
      batches.push(messages.map(({ body }) => body));
      await new Promise<void>((resolve) => clock.schedule(100, resolve));
      return messages.map(({ body }) =>
        isFailing(body) ? { status: "rejected", reason: "failed" } : { status: "fulfilled", value: undefined },
      );
    },
  });
  const send = (count: number) => {
    for (let index = 0; index < count; index += 1) queue.sendBody(String(index));
    source.notify();
  };
  const advance = async (ms: number) => {
    const until = clock.now() + ms;
    while (clock.now() < until) {
      clock.advanceTo(until, () => true);
      await new Promise(setImmediate);
    }
  };
  return { clock, queue, source, batches, send, advance };
}

test("messages come in batches of ten, and no more batches run than may", async () => {
  const { queue, source, batches, send, advance } = open({ dispatchers: 2 });
  send(35);
  await advance(50);
  expect(batches.map(({ length }) => length)).toEqual([10, 10]);
  await advance(1_000);
  expect(batches.map(({ length }) => length)).toEqual([10, 10, 10, 5]);
  expect(queue.messages).toEqual([]);
  expect(source).toMatchObject({ mostBatches: 2, mostInFlight: 20, failures: 0 });
  expect(source.blockedMs.concurrency).toBeGreaterThan(0);
});

test("a failed record stays in flight until it is visible again, and keeps others from being received at the cap", async () => {
  let isBroken = true;
  const { queue, source, batches, send, advance } = open({ inFlight: 10 }, () => isBroken);
  send(20);
  await advance(visibilityMs - 1_000);
  expect(batches).toHaveLength(1);
  expect(source).toMatchObject({ failures: 10, mostInFlight: 10 });
  isBroken = false;
  await advance(10_000);
  expect(queue.messages).toEqual([]);
  expect(source.blockedMs["in flight"]).toBeGreaterThan(visibilityMs / 2);
});

test("Lambda adds batches by the minute", async () => {
  const { source, send, advance } = open({ dispatchersPerMinute: 60 });
  send(10_000);
  // Batches of 100 ms, after each of which it looks again.
  await advance(1_100);
  expect(source.mostBatches).toBe(6);
  await advance(8_900);
  expect(source.mostBatches).toBe(14);
});

test("no more invocations begin in a second than ten for each execution of the account", async () => {
  const { batches, send, advance } = open({ accountConcurrency: 3 });
  send(10_000);
  // A burst of 30 may have come together with what the second brings; 3 at a time take 0.1 s each.
  await advance(10_000);
  expect(batches.length).toBeLessThanOrEqual(330);
  expect(batches.length).toBeGreaterThan(250);
});
