import { existsSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { RefluxoError } from "../../../engine/index.ts";
import { emulatorCredentials, type PlanTable } from "../../aws/cli/plan-table.ts";
import { bulkService } from "../../aws/client-limits.ts";
import type { LocalConfig } from "../config.ts";
import { startDynaliteEmulator } from "../emulators/dynalite-emulator.ts";
import { localAccountId, localRegion } from "../endpoints.ts";
import { loopbackHost } from "../loopback.ts";
import { physicalName } from "../template/local-names.ts";

/**
 * Reaches the table of the stack that `npm start` runs: over its port while its process holds the state folder, else in
 * the folder itself. Throws a `RefluxoError` when there is no state, or the port is not known.
 */
export async function openLocalTable({
  stateFolder,
  ports,
}: Pick<LocalConfig, "stateFolder" | "ports">): Promise<PlanTable> {
  if (!existsSync(join(stateFolder, "dynamodb"))) {
    throw new RefluxoError(
      "local.no-state",
      `There is no state in ${stateFolder}/. Run npm start, choose another folder by REFLUXO_STATE_FOLDER, or name a stack by --stack.`,
    );
  }
  const emulator = await openFolder(stateFolder);
  if (emulator === undefined && ports.dynamodb === 0) {
    throw new RefluxoError("local.port-unknown", "Set REFLUXO_DYNAMODB_PORT to the port of the stack that runs.");
  }
  const client = new DynamoDBClient({
    ...bulkService,
    endpoint: `http://${loopbackHost}:${emulator?.port ?? ports.dynamodb}`,
    region: localRegion,
    credentials: emulatorCredentials,
  });
  const close = async () => {
    client.destroy();
    await emulator?.stop();
  };
  const tableName = physicalName({ logicalId: "WorkflowTable", type: "AWS::DynamoDB::Table" });
  return { client, tableName, close };
}

/** The emulator over a state folder, or undefined when a stack runs on it. */
async function openFolder(stateFolder: string) {
  try {
    return await startDynaliteEmulator({ stateFolder, port: 0, region: localRegion, accountId: localAccountId });
  } catch (error) {
    if (error instanceof RefluxoError && error.code === "local.state-folder-in-use") return undefined;
    throw error;
  }
}
