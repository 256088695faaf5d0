import { RefluxoError } from "../../../engine/index.ts";

interface Field {
  readonly title: string;
  readonly min: number;
  readonly max: number;
  /** Names of values, the first standing for `min`. */
  readonly names?: readonly string[];
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const minuteField: Field = { title: "minutes", min: 0, max: 59 };
const hourField: Field = { title: "hours", min: 0, max: 23 };
const dayOfMonthField: Field = { title: "day-of-month", min: 1, max: 31 };
const monthField: Field = { title: "month", min: 1, max: 12, names: months };
const dayOfWeekField: Field = { title: "day-of-week", min: 1, max: 7, names: weekdays };
const yearField: Field = { title: "year", min: 1970, max: 2199 };

/**
 * Parses the six fields of an EventBridge cron expression (UTC): minutes, hours, day-of-month, month, day-of-week (1 is
 * Sunday) and year, with `*`, `?`, lists, ranges, steps and names. Returns when it fires next after an epoch ms, or
 * undefined when never again. Throws a `RefluxoError` (`local.template-unsupported`) for the rest: `L`, `W` and `#`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseCron(fields: string): (afterMs: number) => number | undefined {
  const texts = fields.trim().split(/\s+/);
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = "", year = ""] = texts;
  if (texts.length !== 6) throw invalid(fields, `expected 6 fields, found ${texts.length}`);
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) {
    throw invalid(fields, "exactly one of day-of-month and day-of-week must be ?");
  }
  const minutes = [...parseField(minute, minuteField)].sort((a, b) => a - b);
  const hours = [...parseField(hour, hourField)].sort((a, b) => a - b);
  const sets = {
    dayOfMonth: dayOfMonth === "?" ? undefined : parseField(dayOfMonth, dayOfMonthField),
    dayOfWeek: dayOfWeek === "?" ? undefined : parseField(dayOfWeek, dayOfWeekField),
    month: parseField(month, monthField),
    year: parseField(year, yearField),
  };
  const lastYear = Math.max(...sets.year);
  const isDay = (day: Date) =>
    sets.year.has(day.getUTCFullYear()) &&
    sets.month.has(day.getUTCMonth() + 1) &&
    (sets.dayOfMonth?.has(day.getUTCDate()) ?? true) &&
    (sets.dayOfWeek?.has(day.getUTCDay() + 1) ?? true);
  return (afterMs) => {
    const day = new Date(afterMs);
    day.setUTCHours(0, 0, 0, 0);
    for (; day.getUTCFullYear() <= lastYear; day.setUTCDate(day.getUTCDate() + 1)) {
      if (!isDay(day)) continue;
      const times = hours.flatMap((h) => minutes.map((m) => day.getTime() + (h * 60 + m) * 60_000));
      const next = times.find((time) => time > afterMs);
      if (next !== undefined) return next;
    }
    return undefined;
  };
}

function parseField(text: string, field: Field): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(\*|[A-Z0-9]+)(?:-([A-Z0-9]+))?(?:\/(\d+))?$/i.exec(part);
    if (match === null) throw unknownPart(part, field);
    const [, first = "", last, step] = match;
    const isAll = first === "*";
    if (isAll && last !== undefined) throw unknownPart(part, field);
    const from = isAll ? field.min : parseValue(first, field);
    const to = last === undefined ? (isAll || step !== undefined ? field.max : from) : parseValue(last, field);
    const by = step === undefined ? 1 : Number(step);
    if (to < from || by < 1) throw unknownPart(part, field);
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return values;
}

function parseValue(text: string, field: Field): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? field.min + named : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.min && value <= field.max)) throw unknownPart(text, field);
  return value;
}

function unknownPart(part: string, field: Field): RefluxoError {
  return invalid(
    part,
    `is not a ${field.title} from ${field.min} to ${field.max} that the local runtime knows: *, lists, ranges, steps ` +
      "and names, but not L, W or #",
  );
}

function invalid(text: string, reason: string): RefluxoError {
  return new RefluxoError("local.template-unsupported", `cron ${text}: ${reason}`);
}
