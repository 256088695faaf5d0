import { randomUUID } from "node:crypto";
import type { Clock } from "../../../ports/clock.ts";
import type { PublishedEvent } from "../emulators/eventbridge-emulator.ts";
import type { StoredObject } from "../emulators/fauxqs-emulator.ts";
import { localAccountId, localRegion } from "../endpoints.ts";
import type { OnLog } from "../local-log.ts";
import type { BucketSpec, RuleSpec, RuleTarget } from "../template/application.ts";

/** What an event bus works with. */
export interface EventBusOptions {
  readonly rules: readonly RuleSpec[];
  readonly buckets: readonly BucketSpec[];
  readonly clock: Clock;
  /** Stores a message on a queue before it returns. */
  readonly enqueue: (queueName: string, body: string) => void;
  readonly invoke: (functionId: string, event: unknown) => Promise<unknown>;
  readonly onLog: OnLog;
}

/** Plays EventBridge's default bus: events of S3, events that are published, and schedules. */
export interface EventBus {
  /** Reports an object: an "Object Created" event when its bucket notifies EventBridge. */
  objectStored(object: StoredObject): void;
  /** Takes an event that was published; on another bus than the default one nobody listens here. */
  eventPublished(event: PublishedEvent): void;
  /** Ends the schedules and waits for the functions that their events started. */
  stop(): Promise<void>;
}

/** The part of an event that its source gives. */
interface SourceEvent {
  readonly "detail-type": string;
  readonly source: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** An event as EventBridge delivers it. */
interface BusEvent extends SourceEvent {
  readonly version: "0";
  readonly id: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
}

/**
 * Starts a bus. Schedules count from now; what they miss while the stack is down is not made up for, as on AWS.
 * A function that fails on an event is logged and not tried again, where Lambda would try up to twice more.
 */
export function startEventBus(options: EventBusOptions): EventBus {
  const { rules, buckets, clock } = options;
  const running = new Set<Promise<void>>();
  const cancels = new Set<() => void>();
  const notifying = new Set(buckets.filter((bucket) => bucket.notifiesEventBridge).map((bucket) => bucket.name));

  const deliver = (rule: RuleSpec, event: BusEvent) => {
    for (const target of rule.targets) {
      if (target.type === "queue") options.enqueue(target.queueName, target.input ?? JSON.stringify(event));
      else track(running, invokeTarget(options, rule, target, event));
    }
  };

  for (const rule of rules) {
    if (rule.trigger.type !== "schedule") continue;
    const { schedule } = rule.trigger;
    runSchedule(clock, schedule, cancels, (dueMs) => deliver(rule, wrap(scheduled(rule), dueMs)));
  }

  const match = (event: BusEvent) => {
    for (const rule of rules) {
      if (rule.trigger.type === "pattern" && rule.trigger.pattern(event)) deliver(rule, event);
    }
  };

  return {
    objectStored: (object) => {
      if (notifying.has(object.bucket)) match(wrap(objectCreated(object), clock.now()));
    },
    eventPublished: ({ busName, eventId, source, detailType, resources, detail, time = clock.now() }) => {
      if (busName !== "default") return;
      match({ ...wrap({ "detail-type": detailType, source, resources, detail }, time), id: eventId });
    },
    stop: async () => {
      for (const cancel of cancels) cancel();
      await Promise.all(running);
    },
  };
}

function runSchedule(
  clock: Clock,
  schedule: (afterMs: number) => number | undefined,
  cancels: Set<() => void>,
  fire: (dueMs: number) => void,
): void {
  const plan = (afterMs: number) => {
    const due = schedule(afterMs);
    if (due === undefined) return;
    const cancel = clock.schedule(due - clock.now(), () => {
      cancels.delete(cancel);
      // Counted from when it was due, unless the machine slept through more than one.
      plan(Math.max(due, (schedule(due) ?? due) <= clock.now() ? clock.now() : due));
      fire(due);
    });
    cancels.add(cancel);
  };
  plan(clock.now());
}

function wrap(event: SourceEvent, timeMs: number): BusEvent {
  // Seconds are all that the real envelope has.
  const time = new Date(timeMs).toISOString().replace(/\.\d+Z$/, "Z");
  return { version: "0", id: randomUUID(), account: localAccountId, time, region: localRegion, ...event };
}

function scheduled(rule: RuleSpec): SourceEvent {
  return { "detail-type": "Scheduled Event", source: "aws.events", resources: [rule.arn], detail: {} };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html; the key is not encoded there. */
function objectCreated(object: StoredObject): SourceEvent {
  return {
    "detail-type": "Object Created",
    source: "aws.s3",
    resources: [`arn:aws:s3:::${object.bucket}`],
    detail: {
      version: "0",
      bucket: { name: object.bucket },
      object: { key: object.key, size: object.sizeBytes, etag: object.etag, sequencer: object.sequencer },
      "request-id": randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase(),
      requester: localAccountId,
      "source-ip-address": "127.0.0.1",
      reason: object.isMultipart ? "CompleteMultipartUpload" : "PutObject",
    },
  };
}

async function invokeTarget(
  options: EventBusOptions,
  rule: RuleSpec,
  target: RuleTarget & { readonly type: "function" },
  event: BusEvent,
): Promise<void> {
  try {
    await options.invoke(target.functionId, target.input === undefined ? event : JSON.parse(target.input));
  } catch (error) {
    options.onLog({ level: "error", source: rule.name, message: `${target.functionId} failed on an event`, error });
  }
}

function track(running: Set<Promise<void>>, work: Promise<void>): void {
  const tracked = work.finally(() => running.delete(tracked));
  running.add(tracked);
}
