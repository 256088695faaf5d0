import type { Server } from "node:http";
import { join } from "node:path";
import { RefluxoError } from "../../../engine/index.ts";
import { listen } from "../loopback.ts";
import { CapacityMeter } from "./capacity-meter.ts";
import { createDynalite, type DynaliteStore } from "./dynalite-internals.ts";
import { withMeteredStore } from "./dynalite-shim.ts";

/** DynamoDB on this machine. */
export interface DynaliteEmulator {
  readonly port: number;
  readonly meter: CapacityMeter;
  stop(): Promise<void>;
}

/**
 * Starts dynalite on loopback, with its data in `<stateFolder>/dynamodb` or in memory; port 0 takes any free one.
 * Throws a `RefluxoError` when the port is taken (`local.port-taken`) or another process uses the folder
 * (`local.state-folder-in-use`): LevelDB's lock, which the kernel drops with its process, a SIGKILL included.
 */
export async function startDynaliteEmulator(options: {
  readonly stateFolder?: string;
  /** Loopback when absent. */
  readonly host?: string | undefined;
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
}): Promise<DynaliteEmulator> {
  const { stateFolder } = options;
  const meter = new CapacityMeter();
  const path = stateFolder === undefined ? {} : { path: join(stateFolder, "dynamodb") };
  const { server, store } = withMeteredStore(meter, () => createDynalite({ ...path, createTableMs: 0 }));
  await openDatabase(store, stateFolder);
  store.tableDb.awsRegion = options.region;
  store.tableDb.awsAccountId = options.accountId;
  server.on("request", (request, response) => {
    const operation = String(request.headers["x-amz-target"] ?? "").split(".")[1];
    if (operation !== undefined) meter.countRequest(operation);
    // dynalite throws when a client goes away in the middle of a request, which would end this process.
    request.removeAllListeners("error");
    request.on("error", () => response.destroy());
  });
  try {
    await activateTables(store);
    const name = { title: "the DynamoDB emulator", portVariable: "REFLUXO_DYNAMODB_PORT" };
    const port = await listen(server, options.port, name, options.host);
    return { port, meter, stop: () => closeServer(server) };
  } catch (error) {
    // A server that never listened cannot be closed, and its close would leave the database locked.
    await store.db.close();
    throw error;
  }
}

async function openDatabase(store: DynaliteStore, stateFolder: string | undefined): Promise<void> {
  try {
    await store.db.open();
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (!(cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED")) throw error;
    throw new RefluxoError(
      "local.state-folder-in-use",
      `The state folder ${stateFolder} is in use by another process (another "npm start"?). Stop it, ` +
        "or choose another folder: REFLUXO_STATE_FOLDER=<folder> npm start.",
      { cause: error },
    );
  }
}

/** A table whose creation was cut short by a SIGKILL would stay in CREATING for ever. */
async function activateTables(store: DynaliteStore): Promise<void> {
  for await (const [key, table] of store.db.iterator({ gte: "table~", lt: "table~\xff" })) {
    if (table.TableStatus !== "CREATING") continue;
    table.TableStatus = "ACTIVE";
    for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = "ACTIVE";
    await store.db.put(key, table);
  }
}

/** How long a request that is running at the end may take, ms. */
const closeGraceMs = 2_000;

/** dynalite closes its database once the last connection is gone; kept-alive ones would hold it open. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs);
    server.close((error) => {
      clearTimeout(cut);
      if (error) reject(error);
      else resolve();
    });
    server.closeIdleConnections();
  });
}
