import { expect, test } from "vitest";
import { predictLimits } from "../../../bench/scale/predict.ts";
import { deployments } from "../../../bench/scale/quotas.ts";

function narrowest(name: keyof typeof deployments, stepsPerInvocation: number) {
  const [limit] = predictLimits(deployments[name], stepsPerInvocation);
  return { ...limit, workflowsPerMinute: Math.round(limit?.workflowsPerMinute ?? 0) };
}

test("the numbers of docs/scale.md are those of the arithmetic", () => {
  expect(narrowest("default quotas", 1)).toEqual({ name: "table writes", workflowsPerMinute: 104_348 });
  expect(narrowest("default quotas", 10)).toEqual({ name: "table writes", workflowsPerMinute: 171_429 });
  expect(narrowest("raised quotas", 10)).toEqual({ name: "by-check-at partition", workflowsPerMinute: 240_000 });
  expect(narrowest("raised, 64 shards", 10)).toEqual({ name: "by-check-at partition", workflowsPerMinute: 1_920_000 });
});
