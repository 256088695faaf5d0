/** The longest that a server can ask for, ms. */
const greatestMs = 3_600_000;

/**
 * What `Retry-After` asks for, ms from now, from 0 to an hour: seconds, or a date, which is compared with the answer's own
 * `Date` or, without one, with `now` (epoch ms). Undefined when it says nothing that can be read.
 */
export function readRetryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const text = headers["retry-after"]?.trim() ?? "";
  if (/^\d{1,12}$/.test(text)) return clamp(Number(text) * 1_000);
  // A date of HTTP begins with the day of the week; Date.parse would take far more.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  const at = Date.parse(text);
  const saidAt = Date.parse(headers["date"] ?? "");
  return Number.isNaN(at) ? undefined : clamp(at - (Number.isNaN(saidAt) ? now : saidAt));
}

function clamp(ms: number): number {
  return Math.min(Math.max(ms, 0), greatestMs);
}
