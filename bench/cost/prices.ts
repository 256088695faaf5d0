/** One price, and how sure it is. */
export interface Price {
  readonly what: string;
  readonly dollars: number;
  /** For how many of it. */
  readonly per: number;
  /** AWS's own page. */
  readonly page: string;
  /** What confirmed it, since AWS's pages fill most of their prices in by script. */
  readonly confirmedBy: string;
}

/** The day of the table, and where its prices hold. */
export const pricedOn = "2026-11-30";
export const region = "us-east-1";

const million = 1_000_000;

/** Prices without free tiers, savings plans and volume discounts, in dollars. */
export const prices = {
  writeUnit: {
    what: "DynamoDB on demand, write request unit (1 KB)",
    dollars: 0.625,
    per: million,
    page: "aws.amazon.com/dynamodb/pricing/on-demand",
    confirmedBy: "pages of others of 2025",
  },
  readUnit: {
    what: "DynamoDB on demand, read request unit (4 KB strongly consistent; eventually consistent takes half)",
    dollars: 0.125,
    per: million,
    page: "aws.amazon.com/dynamodb/pricing/on-demand",
    confirmedBy: "pages of others of 2025; the units by AWS's own",
  },
  queueRequest: {
    what: "SQS standard queue, request (each 64 KB of its messages)",
    dollars: 0.4,
    per: million,
    page: "aws.amazon.com/sqs/pricing",
    confirmedBy: "pages of others of March and June 2026",
  },
  invocation: {
    what: "Lambda, request",
    dollars: 0.2,
    per: million,
    page: "aws.amazon.com/lambda/pricing",
    confirmedBy: "a copy of AWS's page of May 2026",
  },
  gigabyteSecond: {
    what: "Lambda on arm64, GB-second",
    dollars: 0.0000133334,
    per: 1,
    page: "aws.amazon.com/lambda/pricing",
    confirmedBy: "pages of others of 2024 and 2026",
  },
  transition: {
    what: "Step Functions Standard, state transition",
    dollars: 25,
    per: million,
    page: "aws.amazon.com/step-functions/pricing",
    confirmedBy: "AWS's own page, an undated copy; pages of others of March 2026",
  },
  durableOperation: {
    what: "Lambda durable functions, operation",
    dollars: 8,
    per: million,
    page: "aws.amazon.com/lambda/pricing",
    confirmedBy: "a transcript of AWS's page of 20 September 2026",
  },
  durableGigabyte: {
    what: "Lambda durable functions, GB written",
    dollars: 0.25,
    per: 1,
    page: "aws.amazon.com/lambda/pricing",
    confirmedBy: "notes of others that cite AWS's page",
  },
  durableGigabyteMonth: {
    what: "Lambda durable functions, GB kept for a month",
    dollars: 0.15,
    per: 1,
    page: "aws.amazon.com/lambda/pricing",
    confirmedBy: "notes of others that cite AWS's page",
  },
} as const satisfies Record<string, Price>;

/** What so much of something costs, dollars. */
export function costOf(price: Price, amount: number): number {
  return (price.dollars * amount) / price.per;
}
