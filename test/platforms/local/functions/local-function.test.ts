import { expect, it } from "vitest";
import { createLocalFunction, type LocalHandler } from "../../../../src/platforms/local/functions/local-function.ts";
import { SimulatedClock } from "../../../../src/platforms/memory/simulated-clock.ts";

const spec = {
  logicalId: "F",
  name: "stack-f",
  arn: "arn:aws:lambda:us-east-1:000000000000:function:stack-f",
  timeoutSeconds: 7,
  memoryMegabytes: 256,
  environment: {},
  queueSources: [],
};

function functionOf(handler: LocalHandler["handler"], clock = new SimulatedClock()) {
  return createLocalFunction(spec, { handler }, clock);
}

it("a handler gets its event and a context whose remaining time counts down", async () => {
  const clock = new SimulatedClock();
  const local = functionOf(async (event, context) => {
    const before = context.getRemainingTimeInMillis();
    clock.advance(2_500);
    return {
      event,
      before,
      after: context.getRemainingTimeInMillis(),
      name: context.functionName,
      arn: context.invokedFunctionArn,
      memory: context.memoryLimitInMB,
    };
  }, clock);
  expect(await local.invoke({ a: 1 })).toEqual({
    event: { a: 1 },
    before: 7_000,
    after: 4_500,
    name: "stack-f",
    arn: spec.arn,
    memory: "256",
  });
});

it("a handler that takes longer than its timeout fails, and its late result is dropped", async () => {
  const clock = new SimulatedClock();
  let finish: (value: unknown) => void = () => undefined;
  const result = functionOf(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
    clock,
  ).invoke({});
  const outcome = expect(result).rejects.toMatchObject({ code: "local.function-timeout" });
  // The handler starts in a microtask, as does everything that follows it.
  await Promise.resolve();
  clock.advance(7_000);
  finish("late");
  await outcome;
});

it("a result goes through JSON, so that what does not survive it on AWS does not here", async () => {
  expect(await functionOf(async () => undefined).invoke({})).toBeNull();
  expect(await functionOf(async () => ({ at: new Date(0), gone: undefined })).invoke({})).toEqual({
    at: "1970-01-01T00:00:00.000Z",
  });
  await expect(functionOf(async () => 1n).invoke({})).rejects.toThrow("BigInt");
});

it("what a handler throws comes through, a synchronous throw too", async () => {
  await expect(functionOf(async () => Promise.reject(new Error("later"))).invoke({})).rejects.toThrow("later");
  await expect(
    functionOf(() => {
      throw new Error("at once");
    }).invoke({}),
  ).rejects.toThrow("at once");
});
