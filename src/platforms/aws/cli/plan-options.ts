import { parseArgs } from "node:util";

/** What the command line of `npm run plan` takes. */
export const planUsage = `npm run plan                          the stack of npm start: as it runs, or its state folder when it is stopped
npm run plan -- --stack <name>        a deployed stack
npm run plan -- --table <name>        the same by its table (the stack's output TableName)

--region    where the stack is, unless your AWS configuration says
--endpoint  where DynamoDB is when it is not AWS: http://127.0.0.1:8000 for npm start
--json      the plan as JSON`;

/** Whose live workflows are meant. */
export type PlanTarget =
  | { readonly type: "local" }
  | { readonly type: "stack"; readonly stackName: string }
  | { readonly type: "table"; readonly tableName: string };

/** What `npm run plan` was told. */
export interface PlanOptions {
  readonly target: PlanTarget;
  readonly region?: string;
  readonly endpoint?: string;
  readonly isJson: boolean;
}

const known = {
  stack: { type: "string" },
  table: { type: "string" },
  region: { type: "string" },
  endpoint: { type: "string" },
  json: { type: "boolean" },
} as const;

/** Reads the command line; throws a `TypeError` that says what is wrong with it. */
export function parsePlanOptions(args: readonly string[]): PlanOptions {
  const { values } = parseArgs({ args: [...args], options: known });
  const { stack, table, region, endpoint, json: isJson = false } = values;
  const empty = Object.entries(values).find(([, value]) => value === "");
  if (empty !== undefined) throw new TypeError(`--${empty[0]} is empty`);
  if (stack !== undefined && table !== undefined) throw new TypeError("Give --stack or --table, not both");
  const target = targetOf(stack, table);
  if (target.type === "local" && (region !== undefined || endpoint !== undefined)) {
    throw new TypeError("--region and --endpoint go with --stack or --table");
  }
  if (endpoint !== undefined && !URL.canParse(endpoint)) throw new TypeError("--endpoint is not a URL");
  return { target, isJson, ...(region !== undefined && { region }), ...(endpoint !== undefined && { endpoint }) };
}

function targetOf(stackName: string | undefined, tableName: string | undefined): PlanTarget {
  if (stackName !== undefined) return { type: "stack", stackName };
  return tableName === undefined ? { type: "local" } : { type: "table", tableName };
}
