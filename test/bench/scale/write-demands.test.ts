import { expect, test } from "vitest";
import { Capacity, type Demand } from "../../../bench/scale/capacity.ts";
import { deployments, scaleDown } from "../../../bench/scale/quotas.ts";
import { headDemands, moveDemands, plainDemands, startDemands } from "../../../bench/scale/write-demands.ts";
import { endedHeadOf, headOf, startOf } from "../../conformance/workflow-store/samples.ts";

function unitsOf(demands: readonly Demand[]) {
  const sum = (part: Demand["part"]) =>
    demands.filter((demand) => demand.part === part).reduce((units, demand) => units + demand.units, 0);
  return { table: sum("table writes"), checks: sum("by-check-at partition"), lists: sum("by-list-key partition") };
}

test("a workflow's start and end take the nine units that the bench measures: three of the table, two and four of its indexes", () => {
  const head = headOf("w");
  const demands = [
    ...startDemands(startOf("w"), 8),
    ...headDemands(undefined, head, 8),
    ...headDemands(head, endedHeadOf("w", 10), 8),
  ];
  expect(unitsOf(demands)).toEqual({ table: 3, checks: 2, lists: 4 });
});

test("a tag takes an item and an entry; a check that moves takes two units of its shard, one that stays none", () => {
  expect(unitsOf(startDemands(startOf("w", { tags: { order: "1" } }), 8))).toEqual({ table: 2, checks: 0, lists: 2 });
  const head = headOf("w", { checkAt: 1 });
  expect(unitsOf(moveDemands(head, { type: "onward", expected: 1, checkAt: 2 }, 8)).checks).toBe(2);
  expect(unitsOf(moveDemands(head, { type: "away", expected: 1 }, 8)).checks).toBe(1);
  expect(unitsOf(headDemands(head, { ...head, version: 3 }, 8))).toEqual({ table: 1, checks: 0, lists: 0 });
});

test("an item takes a unit for each KB that it has begun", () => {
  expect([0, 1, 1024, 1025].map((bytes) => unitsOf(plainDemands(bytes)).table)).toEqual([1, 1, 1, 2]);
});

test("a request that one partition refuses takes nothing of any part, and another key's partition is not affected", () => {
  let now = 0;
  const capacity = new Capacity(scaleDown(deployments["default quotas"], 1_000), () => now);
  const write = (key: string): readonly Demand[] => [
    { part: "table writes", key: "", units: 1 },
    { part: "by-check-at partition", key, units: 1 },
  ];
  // A unit a second and a burst of five seconds.
  for (let count = 0; count < 5; count += 1) expect(capacity.refuses(write("0"))).toBeUndefined();
  expect(capacity.refuses(write("0"))).toBe("by-check-at partition");
  expect(capacity.taken.get("table writes")).toBe(5);
  expect(capacity.refuses(write("1"))).toBeUndefined();
  now += 1_000;
  expect(capacity.refuses(write("0"))).toBeUndefined();
  expect(capacity.throttles).toEqual(new Map([["by-check-at partition", 1]]));
});
