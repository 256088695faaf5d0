import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLocalTable } from "../../../../src/platforms/local/cli/open-local-table.ts";
import { startDynaliteEmulator } from "../../../../src/platforms/local/emulators/dynalite-emulator.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const emulator = { port: 0, region: "us-east-1", accountId: "000000000000" };
const portsWith = (dynamodb: number) => ({ http: 0, eventBridge: 0, sqsAndS3: 0, dynamodb });

test("a folder without state is refused, and stays as it was", async () => {
  const stateFolder = temporaryFolder();
  const refused = openLocalTable({ stateFolder, ports: portsWith(8000) });
  await expect(refused).rejects.toMatchObject({ code: "local.no-state" });
  expect(readdirSync(stateFolder)).toEqual([]);
});

test("a stack that runs on the folder is asked over its port, which has to be known", async () => {
  const stateFolder = temporaryFolder();
  const running = await startDynaliteEmulator({ ...emulator, stateFolder });
  const { client, tableName, close } = await openLocalTable({ stateFolder, ports: portsWith(running.port) });
  expect(tableName).toBe("refluxo-dispatcher-workflow-table");
  expect(await client.config.endpoint?.()).toMatchObject({ hostname: "127.0.0.1", port: running.port });
  await close();
  const unknown = openLocalTable({ stateFolder, ports: portsWith(0) });
  await expect(unknown).rejects.toThrow("Set REFLUXO_DYNAMODB_PORT");
  await running.stop();
});

test("a folder on which nothing runs is opened for the time of the plan, and is free again afterwards", async () => {
  const stateFolder = temporaryFolder();
  await (await startDynaliteEmulator({ ...emulator, stateFolder })).stop();
  expect(existsSync(join(stateFolder, "dynamodb"))).toBe(true);
  for (const _time of ["once", "again"]) {
    const { close } = await openLocalTable({ stateFolder, ports: portsWith(0) });
    await close();
  }
});
