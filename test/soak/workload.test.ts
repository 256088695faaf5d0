import { expect, test } from "vitest";
import { referenceRun } from "./reference-run.ts";
import { planWorkflow } from "./workload.ts";

const planned = Array.from({ length: 200 }, (_, index) => planWorkflow(7, index));

test("the same seed and number plan the same workflow, and others plan others", () => {
  expect(planWorkflow(7, 3)).toEqual(planned[3]);
  expect(new Set(planned.map(({ order }) => JSON.stringify(order))).size).toBeGreaterThan(150);
});

test("the workflows of a soak complete or are declined, and together use retries, pauses, timers and loops", async () => {
  const results = await Promise.all(planned.map(referenceRun));
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set(["completed", "failed"]));
  const contexts = results.map(({ context }) => context).join("\n");
  for (const trace of ["Failure 2 of charge", "approvedBy", '"fired":true', '"done":3', "declined"]) {
    expect(contexts).toContain(trace);
  }
});
