import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";
import { RefluxoError } from "../../../engine/index.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { FunctionSpec } from "../template/application.ts";

/** A Lambda handler, and what ends its clients. */
export interface LocalHandler {
  handler(event: unknown, context: Context): Promise<unknown>;
  close?(): Promise<void>;
}

/** Plays the Lambda service for one function: a context, a time limit, a result that went through JSON. */
export interface LocalFunction {
  readonly spec: FunctionSpec;
  /**
   * Runs the handler on one event. Throws what it throws, or a `RefluxoError` (`local.function-timeout`) when it takes
   * longer than the function's timeout. Unlike Lambda, which ends the process, an overdue handler cannot be stopped
   * here: it goes on in the background and its result is dropped.
   */
  invoke(event: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Makes a function of its specification and its handler. */
export function createLocalFunction(spec: FunctionSpec, handler: LocalHandler, clock: Clock): LocalFunction {
  return {
    spec,
    invoke: async (event) => {
      const requestId = randomUUID();
      const result = await withTimeout(spec, clock, requestId, () =>
        // Handlers are called as Lambda does: one that throws before its first await rejects as well.
        Promise.resolve().then(() => handler.handler(event, createContext(spec, clock, requestId))),
      );
      // Lambda answers with JSON: what does not survive it is lost, or an error, there too.
      const json: string | undefined = JSON.stringify(result);
      return json === undefined ? null : JSON.parse(json);
    },
    close: async () => handler.close?.(),
  };
}

function withTimeout<TResult>(
  spec: FunctionSpec,
  clock: Clock,
  requestId: string,
  run: () => Promise<TResult>,
): Promise<TResult> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(spec.timeoutSeconds * 1_000, () =>
      reject(
        new RefluxoError(
          "local.function-timeout",
          `${spec.logicalId} ${requestId}: task timed out after ${spec.timeoutSeconds}.00 seconds`,
        ),
      ),
    );
    run().then(resolve, reject).finally(cancel);
  });
}

function createContext(spec: FunctionSpec, clock: Clock, requestId: string): Context {
  const deadline = clock.now() + spec.timeoutSeconds * 1_000;
  const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
  const endedByCallback = () => {
    throw new TypeError("The local runtime takes async handlers only");
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: spec.name,
    functionVersion: "$LATEST",
    invokedFunctionArn: spec.arn,
    memoryLimitInMB: String(spec.memoryMegabytes),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${spec.name}`,
    logStreamName: `${day}/[$LATEST]local`,
    getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()),
    done: endedByCallback,
    fail: endedByCallback,
    succeed: endedByCallback,
  };
}
