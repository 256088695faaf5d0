import type { Calls } from "../call-recorder.ts";
import type { LoadResult } from "../run-load.ts";

/** What one step takes of all that is billed. */
export interface Usage {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly queueRequests: number;
  readonly invocations: number;
  /** By the model of `LambdaTime`; all else is counted. */
  readonly gigabyteSeconds: number;
}

/** How long an invocation is taken to run: an assumption, since nothing here measures AWS. */
export interface LambdaTime {
  /** One request to DynamoDB, ms. */
  readonly dynamodbMs: number;
  /** One request to SQS, ms. */
  readonly sqsMs: number;
  /** What the function itself computes for a step, ms. */
  readonly computeMs: number;
  readonly memoryMegabytes: number;
}

/** What is counted of a run, or of a part of one. */
export interface Counts {
  readonly steps: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly dynamodbCalls: number;
  readonly queueRequests: number;
  readonly invocations: number;
  readonly received: number;
  readonly sent: number;
}

/** All that was counted of a run, what is paid once per workflow included. */
export function countsOf({ load, units, calls, traffic }: LoadResult): Counts {
  return {
    steps: load.workflows * load.steps,
    writeUnits: units.writeUnits,
    readUnits: units.readUnits,
    dynamodbCalls: countDynamodbCalls(calls.once) + countDynamodbCalls(calls.perStep),
    ...traffic,
  };
}

/** What a longer run took more than a shorter one. */
export function subtractCounts(longer: Counts, shorter: Counts): Counts {
  return {
    steps: longer.steps - shorter.steps,
    writeUnits: longer.writeUnits - shorter.writeUnits,
    readUnits: longer.readUnits - shorter.readUnits,
    dynamodbCalls: longer.dynamodbCalls - shorter.dynamodbCalls,
    queueRequests: longer.queueRequests - shorter.queueRequests,
    invocations: longer.invocations - shorter.invocations,
    received: longer.received - shorter.received,
    sent: longer.sent - shorter.sent,
  };
}

/** The same for one step. */
export function usageOf(counts: Counts, time: LambdaTime): Usage {
  const { steps, writeUnits, readUnits, queueRequests, invocations } = counts;
  return {
    writeUnits: writeUnits / steps,
    readUnits: readUnits / steps,
    queueRequests: queueRequests / steps,
    invocations: invocations / steps,
    gigabyteSeconds: ((lambdaMs(counts, time) / steps / 1000) * time.memoryMegabytes) / 1024,
  };
}

/**
 * The messages of an invocation wait for their requests side by side, each for its own one after the other, and share
 * one processor for what they compute.
 */
function lambdaMs({ steps, dynamodbCalls, invocations, received, sent }: Counts, time: LambdaTime): number {
  const waitMs = (dynamodbCalls * time.dynamodbMs + sent * time.sqsMs) / received;
  return invocations * waitMs + steps * time.computeMs;
}

function countDynamodbCalls(calls: Calls): number {
  return Object.entries(calls).reduce((sum, [name, count]) => (name.startsWith("SendMessage") ? sum : sum + count), 0);
}
