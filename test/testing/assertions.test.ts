import { expect, test } from "vitest";
import { assertEffects, assertPath, assertStatus, fakeNode, runWorkflow } from "../../src/testing/index.ts";
import { nodeDefinitions, order } from "./workflows.ts";

const options = { nodeDefinitions, failures: { charge: [new Error("busy")] } };
const answers = { ask: { approved: true } };

test("assertPath says where the path parts, and what the run did", async () => {
  const run = await runWorkflow(order, { ...options, answers });
  assertPath(run, ["reserve", "ask", "charge"]);
  expect(() => assertPath(run, ["reserve", "ask", "refuse"])).toThrow(
    'order-1 took another path: at place 3 "charge", expected "refuse".\n' +
      "path: reserve → ask → charge\nattempt 1 of charge: Error: busy\nexpected: reserve → ask → refuse",
  );
  expect(() => assertPath(run, ["reserve", "ask", "charge", "ship"])).toThrow('at place 4 the end, expected "ship"');
  expect(() => assertPath(run, [])).toThrow('at place 1 "reserve", expected the end');
});

test("assertStatus says what the workflow waits for or failed of", async () => {
  const waiting = await runWorkflow(order, options);
  assertStatus(waiting, "paused");
  expect(() => assertStatus(waiting, "completed")).toThrow(/order-1 is paused, expected completed.*waits at ask for/s);
  const failed = await runWorkflow(order, { nodeDefinitions, failures: { reserve: [new Error("sold out")] } });
  expect(() => assertStatus(failed, "completed")).toThrow(/failed: Error: sold out/);
});

test("assertEffects counts every effect by name, those that nobody expected too", async () => {
  const reserve = fakeNode(async (_data, { effects }) => {
    await effects.record("mail", { key: "a" });
    await effects.record("mail", { key: "a" });
    await effects.record("mail", { key: "b" });
    return { data: null };
  });
  const run = await runWorkflow(order, { nodeDefinitions, fakes: { reserve } });
  assertEffects(run, { mail: 2 });
  expect(() => assertEffects(run, { mail: 3 })).toThrow('"mail" happened 2 time(s), expected 3');
  expect(() => assertEffects(run, {})).toThrow('"mail" happened 2 time(s), expected 0');
});
