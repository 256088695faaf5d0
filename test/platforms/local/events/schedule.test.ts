import { describe, expect, it } from "vitest";
import { parseSchedule } from "../../../../src/platforms/local/events/schedule.ts";

/** The next firings after a time, as ISO minutes. */
function nextOf(expression: string, after: string, count = 1): (string | undefined)[] {
  const schedule = parseSchedule(expression);
  const times: (string | undefined)[] = [];
  let at: number | undefined = Date.parse(after);
  for (let index = 0; index < count && at !== undefined; index++) {
    at = schedule(at);
    times.push(at === undefined ? undefined : new Date(at).toISOString().slice(0, 16));
  }
  return times;
}

describe("cron", () => {
  it.each([
    ["cron(0 2 * * ? *)", "2026-11-22T01:59:59Z", ["2026-11-22T02:00", "2026-11-23T02:00"]],
    ["cron(0 2 * * ? *)", "2026-11-22T02:00:00Z", ["2026-11-23T02:00", "2026-11-24T02:00"]],
    ["cron(0/15 * * * ? *)", "2026-11-22T23:31:00Z", ["2026-11-22T23:45", "2026-11-23T00:00"]],
    ["cron(5,35 14 * * ? *)", "2026-11-22T14:05:00Z", ["2026-11-22T14:35", "2026-11-23T14:05"]],
    ["cron(0 9 ? * MON-FRI *)", "2026-11-20T10:00:00Z", ["2026-11-23T09:00", "2026-11-24T09:00"]],
    ["cron(0 9 ? * 1 *)", "2026-11-20T10:00:00Z", ["2026-11-22T09:00", "2026-11-29T09:00"]],
    ["cron(0 0 31 * ? *)", "2026-11-01T00:00:00Z", ["2026-12-31T00:00", "2027-01-31T00:00"]],
    ["cron(0 0 29 FEB ? *)", "2026-01-01T00:00:00Z", ["2028-02-29T00:00", "2032-02-29T00:00"]],
    [
      "cron(30 6 1 jan,7/3 ? 2027-2028)",
      "2026-06-01T00:00:00Z",
      ["2027-01-01T06:30", "2027-07-01T06:30", "2027-10-01T06:30"],
    ],
    [
      "cron(0 10-14/2 ? * SAT,SUN *)",
      "2026-11-21T11:00:00Z",
      ["2026-11-21T12:00", "2026-11-21T14:00", "2026-11-22T10:00"],
    ],
    ["cron(59 23 31 12 ? 2026)", "2026-12-31T23:59:00Z", [undefined]],
  ])("%s after %s", (expression, after, expected) => {
    expect(nextOf(expression, after, expected.length)).toEqual(expected);
  });

  it.each([
    ["cron(0 2 * * *)", "expected 6 fields"],
    ["cron(0 2 * * * *)", "exactly one of"],
    ["cron(0 2 ? * ? *)", "exactly one of"],
    ["cron(60 2 * * ? *)", "minutes"],
    ["cron(0 24 * * ? *)", "hours"],
    ["cron(0 2 0 * ? *)", "day-of-month"],
    ["cron(0 2 L * ? *)", "not L, W or #"],
    ["cron(0 2 15W * ? *)", "not L, W or #"],
    ["cron(0 2 ? * MON#1 *)", "not L, W or #"],
    ["cron(0 2 ? * 8 *)", "day-of-week"],
    ["cron(0 2 * NOP ? *)", "month"],
    ["cron(0 2 * 5-3 ? *)", "month"],
    ["cron(*/0 2 * * ? *)", "minutes"],
    ["cron(*-5 2 * * ? *)", "minutes"],
    ["cron(, 2 * * ? *)", "minutes"],
  ])("%s is refused", (expression, message) => {
    expect(() => parseSchedule(expression)).toThrow(message);
  });
});

describe("rate", () => {
  it("counts from the last time", () => {
    expect(nextOf("rate(1 minute)", "2026-11-22T01:59:00Z", 2)).toEqual(["2026-11-22T02:00", "2026-11-22T02:01"]);
    expect(nextOf("rate(2 hours)", "2026-11-22T23:00:00Z")).toEqual(["2026-11-23T01:00"]);
    expect(nextOf("rate(7 days)", "2026-11-22T23:00:00Z")).toEqual(["2026-11-29T23:00"]);
  });

  it.each(["rate(0 minutes)", "rate(1 minutes)", "rate(2 minute)", "rate(5 weeks)", "every minute"])(
    "%s is refused",
    (text) => {
      expect(() => parseSchedule(text)).toThrow("Schedule");
    },
  );
});
