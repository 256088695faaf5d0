import { expect, test } from "vitest";
import { measureSweeper } from "../../../bench/scale/measure-sweeper.ts";

test("a run of the sweeper over less than it can do looks at all of it, and sends what was lost alone", async () => {
  expect(await measureSweeper("quiet", 300)).toMatchObject({ checked: 300, sent: 0 });
  const lost = await measureSweeper("lost", 300);
  expect(lost).toMatchObject({ checked: 300, sent: 300 });
  expect(lost.durationMs).toBeLessThan(45_000);
});

test("a run over more than it can do begins nothing that its function's limit would end", async () => {
  const { checked, durationMs } = await measureSweeper("quiet", 10_000);
  expect(checked).toBeLessThan(10_000);
  expect(durationMs).toBeGreaterThanOrEqual(45_000);
  expect(durationMs).toBeLessThan(46_000);
});
