import { renderTable } from "../report.ts";
import { durableDollars, standardDollars } from "./bill.ts";
import type { GoalResult } from "./cost-goals.ts";
import { type CostRow, resultBytes } from "./measure-cost.ts";
import { type Price, pricedOn, prices, region } from "./prices.ts";
import type { LambdaTime } from "./usage.ts";

/** The price table, and what confirmed each price. */
export function reportPrices(): string {
  const rows = Object.values(prices).map(({ what, dollars, per, page, confirmedBy }: Price) => [
    what,
    `$${per === 1 ? dollars : `${dollars} per million`}`,
    page,
    confirmedBy,
  ]);
  const title = `Prices of ${region}, ${pricedOn}, without free tiers and discounts:`;
  return [title, renderTable([["price of", "dollars", "page", "confirmed by"], ...rows])].join("\n");
}

/** Dollars per million steps, by what is paid for. */
export function reportCosts(title: string, rows: readonly CostRow[]): string {
  const head = [
    "context",
    "situation",
    "",
    "writes",
    "reads",
    "SQS",
    "requests",
    "time*",
    "total",
    "Standard",
    "durable",
  ];
  const body = rows.map(({ kilobytes, situation, name, bill }) => [
    `${kilobytes} KB`,
    situation,
    name,
    ...[bill.writes, bill.reads, bill.queue, bill.requests, bill.time, bill.total].map((dollars) => dollars.toFixed(2)),
    shareOf(bill.total, standardDollars),
    shareOf(bill.total, durableDollars(resultBytes)),
  ]);
  return [title, renderTable([head, ...body])].join("\n");
}

/** What the rows are compared with, and how time is taken. */
export function reportAssumptions(time: LambdaTime): string {
  const durable = durableDollars(resultBytes).toFixed(2);
  return [
    `Standard: $${standardDollars} per million transitions. Durable functions: $${durable} per million steps, an operation`,
    `and ${resultBytes} bytes written each. Lambda's requests and time, which both take beside it, are in neither.`,
    `* By a model, not measured: ${time.dynamodbMs} ms for a request to DynamoDB, ${time.sqsMs} ms for one to SQS, ${time.computeMs} ms of the function's own`,
    `  for a step, ${time.memoryMegabytes} MB.`,
    "",
  ].join("\n");
}

/** A line for each row that has a goal. */
export function reportGoals(results: readonly GoalResult[]): string {
  const lines = results.map(({ row, limitDollars, isKept }) => {
    const { name, kilobytes, situation, bill } = row;
    const verdict = isKept ? "holds" : `MISSED by $${(bill.total - limitDollars).toFixed(2)}`;
    return `- ${name}, ${kilobytes} KB, ${situation}: $${bill.total.toFixed(2)}, at most $${limitDollars.toFixed(2)}: ${verdict}`;
  });
  return ["Goals, per million steps:", ...lines, ""].join("\n");
}

/** A share below 1 as a fraction, so that it reads as the goals do. */
function shareOf(dollars: number, whole: number): string {
  return dollars < whole ? `1/${(whole / dollars).toFixed(1)}` : `${(dollars / whole).toFixed(1)} ×`;
}
