import { describe, expect, it } from "vitest";
import { type EventBusOptions, startEventBus } from "../../../../src/platforms/local/events/event-bus.ts";
import { compileEventPattern } from "../../../../src/platforms/local/events/event-pattern.ts";
import { parseSchedule } from "../../../../src/platforms/local/events/schedule.ts";
import type { LocalLogLine } from "../../../../src/platforms/local/local-log.ts";
import { SimulatedClock } from "../../../../src/platforms/memory/simulated-clock.ts";
import type { Clock } from "../../../../src/ports/clock.ts";

const object = { bucket: "uploads", key: "a b/ü.csv", sizeBytes: 3, etag: "e", sequencer: "0A", isMultipart: false };
const arn = "arn:aws:events:us-east-1:000000000000:rule/r";

function start(options: Partial<EventBusOptions>) {
  const clock = new SimulatedClock(Date.parse("2026-11-22T01:58:30.500Z"));
  const sent: { queueName: string; body: string }[] = [];
  const invoked: { functionId: string; event: unknown }[] = [];
  const lines: LocalLogLine[] = [];
  const bus = startEventBus({
    rules: [],
    buckets: [
      { logicalId: "U", name: "uploads", notifiesEventBridge: true },
      { logicalId: "P", name: "payloads", notifiesEventBridge: false },
    ],
    clock,
    enqueue: (queueName, body) => sent.push({ queueName, body }),
    invoke: async (functionId, event) => invoked.push({ functionId, event }),
    onLog: (line) => lines.push(line),
    ...options,
  });
  return { bus, clock, sent, invoked, lines };
}

const toQueue = { type: "queue", queueName: "steps" } as const;

it("an upload becomes an Object Created event on the queue of a rule that matches", () => {
  const pattern = compileEventPattern({
    source: ["aws.s3"],
    account: ["000000000000"],
    detail: { bucket: { name: ["uploads"] } },
  });
  const { bus, sent } = start({
    rules: [{ name: "r", arn, trigger: { type: "pattern", pattern }, targets: [toQueue] }],
  });
  bus.objectStored(object);
  expect(sent).toHaveLength(1);
  expect(JSON.parse(sent[0]?.body ?? "")).toEqual({
    version: "0",
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    account: "000000000000",
    time: "2026-11-22T01:58:30Z",
    region: "us-east-1",
    "detail-type": "Object Created",
    source: "aws.s3",
    resources: ["arn:aws:s3:::uploads"],
    detail: {
      version: "0",
      bucket: { name: "uploads" },
      object: { key: "a b/ü.csv", size: 3, etag: "e", sequencer: "0A" },
      "request-id": expect.any(String),
      requester: "000000000000",
      "source-ip-address": "127.0.0.1",
      reason: "PutObject",
    },
  });
});

it("an upload to a bucket without EventBridge, or that no rule asks for, goes nowhere", () => {
  const pattern = compileEventPattern({ detail: { object: { key: [{ suffix: ".json" }] } } });
  const { bus, sent } = start({
    rules: [{ name: "r", arn, trigger: { type: "pattern", pattern }, targets: [toQueue] }],
  });
  bus.objectStored(object);
  bus.objectStored({ ...object, bucket: "payloads", key: "a.json" });
  expect(sent).toEqual([]);
  bus.objectStored({ ...object, key: "a.json" });
  expect(sent).toHaveLength(1);
});

it("a schedule fires when it is due and not before, again and again, until the bus stops", async () => {
  const rule = (expression: string) =>
    ({
      name: "r",
      arn,
      trigger: { type: "schedule", schedule: parseSchedule(expression) },
      targets: [toQueue],
    }) as const;
  const { bus, clock, sent } = start({ rules: [rule("cron(0 2 * * ? *)"), rule("rate(1 minute)")] });
  clock.advance(59_999);
  expect(sent).toEqual([]);
  clock.advance(60_001);
  const times = () => sent.map(({ body }) => JSON.parse(body).time);
  expect(times()).toEqual(["2026-11-22T01:59:30Z", "2026-11-22T02:00:00Z", "2026-11-22T02:00:30Z"]);
  expect(JSON.parse(sent[1]?.body ?? "")).toMatchObject({
    "detail-type": "Scheduled Event",
    source: "aws.events",
    resources: [arn],
    detail: {},
  });
  await bus.stop();
  clock.advance(86_400_000);
  expect(sent).toHaveLength(3);
});

describe("a machine that sleeps", () => {
  /** A bus whose machine can sleep: time goes on, but no timer runs. */
  function startOnSleeper(expression: string) {
    const timers = new SimulatedClock(Date.parse("2026-11-22T01:58:30.500Z"));
    let sleptMs = 0;
    const clock: Clock = {
      now: () => timers.now() + sleptMs,
      schedule: (delayMs, callback) => timers.schedule(delayMs, callback),
    };
    const trigger = { type: "schedule", schedule: parseSchedule(expression) } as const;
    const { sent } = start({ clock, rules: [{ name: "r", arn, trigger, targets: [toQueue] }] });
    return {
      sleep: (ms: number) => {
        sleptMs += ms;
      },
      advance: (ms: number) => timers.advance(ms),
      times: () => sent.map(({ body }) => JSON.parse(body).time),
    };
  }

  it("through several times of a rate gets one event on waking, and counts on from there", () => {
    const { sleep, advance, times } = startOnSleeper("rate(1 minute)");
    sleep(10 * 60_000);
    advance(60_000);
    expect(times()).toEqual(["2026-11-22T01:59:30Z"]);
    advance(59_999);
    expect(times()).toHaveLength(1);
    advance(1);
    expect(times().slice(1)).toEqual(["2026-11-22T02:10:30Z"]);
  });

  it("through several times of a cron gets one event on waking, and the next when it is due", () => {
    const { sleep, advance, times } = startOnSleeper("cron(0 2 * * ? *)");
    sleep(3 * 86_400_000);
    advance(89_500);
    expect(times()).toEqual(["2026-11-22T02:00:00Z"]);
    advance(86_400_000);
    expect(times().slice(1)).toEqual(["2026-11-26T02:00:00Z"]);
  });

  it("less than until the next time counts on from when it was due, so that a rate does not drift", () => {
    const { sleep, advance, times } = startOnSleeper("rate(1 minute)");
    sleep(30_000);
    advance(60_000);
    expect(times()).toEqual(["2026-11-22T01:59:30Z"]);
    advance(29_999);
    expect(times()).toHaveLength(1);
    advance(1);
    expect(times().slice(1)).toEqual(["2026-11-22T02:00:30Z"]);
  });
});

it("a function target is invoked with the event or with its input, and its failure is logged", async () => {
  const schedule = { type: "schedule", schedule: parseSchedule("rate(1 minute)") } as const;
  const target = { type: "function", functionId: "F" } as const;
  const { bus, clock, invoked, lines } = start({
    rules: [{ name: "r", arn, trigger: schedule, targets: [target, { ...target, input: '{"a":1}' }] }],
  });
  clock.advance(60_000);
  await bus.stop();
  expect(invoked).toMatchObject([
    { functionId: "F", event: { source: "aws.events" } },
    { functionId: "F", event: { a: 1 } },
  ]);
  expect(lines).toEqual([]);

  const failing = start({
    rules: [{ name: "r", arn, trigger: schedule, targets: [target] }],
    invoke: () => Promise.reject(new Error("boom")),
  });
  failing.clock.advance(60_000);
  await failing.bus.stop();
  expect(failing.lines).toMatchObject([{ level: "error", source: "r", error: new Error("boom") }]);
});

const published = {
  eventId: "e1",
  busName: "default",
  source: "shop.orders",
  detailType: "Order Shipped",
  detail: { orderId: "o1" },
  resources: [],
};

it("a published event goes to the rules that match, under its own id", () => {
  const pattern = compileEventPattern({ source: ["shop.orders"], detail: { orderId: [{ prefix: "o" }] } });
  const { bus, sent } = start({
    rules: [{ name: "r", arn, trigger: { type: "pattern", pattern }, targets: [toQueue] }],
  });
  bus.eventPublished(published);
  bus.eventPublished({ ...published, source: "shop.stock" });
  expect(sent.map(({ body }) => JSON.parse(body))).toEqual([
    {
      version: "0",
      id: "e1",
      account: "000000000000",
      time: "2026-11-22T01:58:30Z",
      region: "us-east-1",
      "detail-type": "Order Shipped",
      source: "shop.orders",
      resources: [],
      detail: { orderId: "o1" },
    },
  ]);
});

it("an event on another bus meets no rule, as the template's rules are the default bus's", () => {
  const pattern = compileEventPattern({ source: ["shop.orders"] });
  const { bus, sent } = start({
    rules: [{ name: "r", arn, trigger: { type: "pattern", pattern }, targets: [toQueue] }],
  });
  bus.eventPublished({ ...published, busName: "orders" });
  expect(sent).toEqual([]);
});
