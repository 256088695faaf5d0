import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { RefluxoError } from "../../../engine/index.ts";
import { callService } from "../call-service.ts";
import { bulkService } from "../client-limits.ts";
import type { PlanOptions, PlanTarget } from "./plan-options.ts";

/** The table of a stack, and the client that reaches it. */
export interface PlanTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  close(): Promise<void>;
}

/**
 * Reaches a deployed table, in AWS by the caller's own profile, at an endpoint as an emulator takes it. Throws a
 * `RefluxoError` when the stack has no table, or more than one.
 */
export async function openDeployedTable(
  target: Exclude<PlanTarget, { type: "local" }>,
  { region, endpoint }: Pick<PlanOptions, "region" | "endpoint">,
): Promise<PlanTable> {
  const emulator = { endpoint: endpoint ?? "", region: "us-east-1", credentials: emulatorCredentials };
  const place = endpoint === undefined ? {} : emulator;
  const client = new DynamoDBClient({ ...bulkService, ...place, ...(region !== undefined && { region }) });
  const close = async () => client.destroy();
  try {
    const tableName = target.type === "table" ? target.tableName : await findStackTable(client, target.stackName);
    return { client, tableName, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What emulators are called with. */
export const emulatorCredentials: { readonly accessKeyId: string; readonly secretAccessKey: string } = {
  accessKeyId: "local",
  secretAccessKey: "local",
};

/**
 * The name of a stack's table by how CloudFormation makes it, `<stack>-WorkflowTable-<random>`, so that no CloudFormation
 * client is needed. A table that an earlier stack of that name left behind looks the same, so two are refused.
 */
async function findStackTable(client: DynamoDBClient, stackName: string): Promise<string> {
  const found: string[] = [];
  let after: string | undefined;
  do {
    const command = new ListTablesCommand(after === undefined ? {} : { ExclusiveStartTableName: after });
    const page = await callService("dynamodb:ListTables", () => client.send(command));
    found.push(...(page.TableNames ?? []).filter((name) => isTableOf(stackName, name)));
    after = page.LastEvaluatedTableName;
  } while (after !== undefined);
  const [tableName, ...others] = found;
  if (tableName === undefined) {
    throw new RefluxoError("plan.no-table", `There is no table of a stack ${stackName} in this account and region`);
  }
  if (others.length === 0) return tableName;
  const names = [tableName, ...others].join(", ");
  throw new RefluxoError("plan.tables", `Several tables are named as the stack's: ${names}. Choose one by --table`);
}

/** The second form is the local runtime's. */
function isTableOf(stackName: string, tableName: string): boolean {
  if (!tableName.startsWith(`${stackName}-`)) return false;
  return /^(?:WorkflowTable-[A-Z0-9]+|workflow-table)$/.test(tableName.slice(stackName.length + 1));
}
