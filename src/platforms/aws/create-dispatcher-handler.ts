import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { Context } from "aws-lambda";
import type { Command } from "../../contracts/command.ts";
import { ParseError } from "../../contracts/parse-error.ts";
import type { ParsedEvent } from "../../contracts/parsed-event.ts";
import type { Invocation, Outcome } from "../../dispatcher/index.ts";
import { RefluxoError } from "../../engine/index.ts";
import { isSqsEvent, parseEvent } from "../../triggers/index.ts";
import type { AwsPlatform } from "./aws-platform.ts";

/** A Lambda handler as the platforms call it. */
export type LambdaHandler = (event: unknown, context: Context) => Promise<unknown>;

/** Middy's own early timeout answers while the handler runs on; the dispatcher watches the deadline itself. */
const middyOptions = { timeoutEarlyInMillis: 0 };

/**
 * DispatcherFunction: one entry for SQS batches, S3 and EventBridge events and direct invocations. The event's shape
 * chooses the chain: the partial-batch middleware replaces the response of *any* event, so it sees SQS events only,
 * and an error in the other chain is an error.
 */
export function createDispatcherHandler(platform: AwsPlatform): LambdaHandler {
  const sqsChain = middy<unknown, PromiseSettledResult<void>[]>(middyOptions)
    // The middleware's own logger prints whole records; every record's failure is logged by the dispatcher.
    .use(sqsPartialBatchFailure({ logger: () => undefined }))
    .handler((event, context) => workOffBatch(platform, event, context));
  const eventChain = middy<unknown, readonly Outcome[]>(middyOptions).handler((event, context) =>
    workOffEvent(platform, event, context),
  );
  return async (event, context) => (isSqsEvent(event) ? sqsChain(event, context) : eventChain(event, context));
}

/** Until when an invocation may run, by the platform's clock, and for whom. */
export function invocationOf({ clock }: Pick<AwsPlatform, "clock">, context: Context, by?: string): Invocation {
  return { deadlineAt: clock.now() + context.getRemainingTimeInMillis(), ...(by !== undefined && { by }) };
}

async function workOffBatch(
  platform: AwsPlatform,
  event: unknown,
  context: Context,
): Promise<PromiseSettledResult<void>[]> {
  const parsed = parseEvent(event, platform.bindings);
  if (parsed.type !== "batch") throw new RefluxoError("event.shape", "An SQS event did not parse to a batch");
  return platform.dispatcher.dispatchBatch(parsed.records, invocationOf(platform, context, "queue"));
}

async function workOffEvent(platform: AwsPlatform, event: unknown, context: Context): Promise<readonly Outcome[]> {
  const parsed = parseLoggably(event, platform);
  if (parsed.type !== "commands") {
    throw new RefluxoError("event.shape", "HTTP and SQS events are not for this chain; HTTP goes to ApiFunction");
  }
  const outcomes: Outcome[] = [];
  const errors: unknown[] = [];
  for (const command of parsed.commands) {
    try {
      outcomes.push(await executeOrThrow(platform, command, invocationOf(platform, context, parsed.source)));
    } catch (error) {
      errors.push(error);
    }
  }
  // One bad record keeps no other from its start (I17); Lambda then invokes again, and what was started stays started.
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} commands of one event failed`);
  if (errors.length === 1) throw errors[0];
  return outcomes;
}

/** Lambda logs what a handler throws, so that it must not quote the event (I16). */
function parseLoggably(event: unknown, { bindings }: AwsPlatform): ParsedEvent {
  try {
    return parseEvent(event, bindings);
  } catch (error) {
    if (error instanceof ParseError) throw new RefluxoError(error.code, error.loggable);
    throw error;
  }
}

async function executeOrThrow(platform: AwsPlatform, command: Command, invocation: Invocation): Promise<Outcome> {
  const outcome = await platform.dispatcher.execute(command, invocation);
  if (outcome.type === "refused") {
    const isRetryable = outcome.code === "too-early";
    throw new RefluxoError(`command.${outcome.code}`, outcome.loggable ?? outcome.reason, { isRetryable });
  }
  if (outcome.type === "later") {
    throw new RefluxoError("command.later", `Not now: ${outcome.why}`, { isRetryable: true });
  }
  return outcome;
}
