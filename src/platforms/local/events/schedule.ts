import { RefluxoError } from "../../../engine/index.ts";
import { parseCron } from "./cron.ts";

/** When a rule fires next after an epoch ms; undefined when it never does again. */
export type Schedule = (afterMs: number) => number | undefined;

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Parses EventBridge's `rate(…)` and `cron(…)`. A rate counts from when it starts, which is when it is first asked.
 * Throws a `RefluxoError` (`local.template-unsupported`) for what is neither, or for what `cron` does not know.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseSchedule(expression: string): Schedule {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate !== null) {
    const count = Number(rate[1]);
    const unit = unitMs[rate[2] ?? ""] ?? 0;
    if (count < 1 || (count === 1) !== (rate[3] === "")) throw invalid(expression, "write 1 minute, 5 minutes");
    return (afterMs) => afterMs + count * unit;
  }
  const cron = /^cron\((.*)\)$/.exec(expression);
  if (cron !== null) return parseCron(cron[1] ?? "");
  throw invalid(expression, "expected rate(…) or cron(…)");
}

function invalid(expression: string, reason: string): RefluxoError {
  return new RefluxoError("local.template-unsupported", `Schedule ${expression}: ${reason}`);
}
