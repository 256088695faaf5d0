import { type Endpoints, localAccountId, localRegion } from "../endpoints.ts";
import { loopbackHost } from "../loopback.ts";
import type { CapacityMeter } from "./capacity-meter.ts";
import { startDynaliteEmulator } from "./dynalite-emulator.ts";
import { type FauxqsEmulator, startFauxqsEmulator } from "./fauxqs-emulator.ts";

/** The emulators of SQS, S3 and DynamoDB. */
export interface Emulators {
  readonly endpoints: Endpoints;
  readonly sqsAndS3: Omit<FauxqsEmulator, "port" | "stop">;
  /** What the requests to DynamoDB would have cost. */
  readonly meter: CapacityMeter;
  stop(): Promise<void>;
}

/**
 * Starts the emulators on loopback; port 0 takes any free one. State lives in the folder, which must exist, and
 * survives SIGKILL; without a folder it lives in memory.
 * Throws a `RefluxoError` (`local.port-taken`, `local.state-folder-in-use`); nothing is left running then.
 */
export async function startEmulators(options: {
  readonly stateFolder?: string;
  /** Where they listen; loopback when absent. A container reaches them on another address only. */
  readonly host?: string | undefined;
  readonly ports: { readonly sqsAndS3: number; readonly dynamodb: number };
}): Promise<Emulators> {
  const { stateFolder, host } = options;
  const shared = { host, region: localRegion, ...(stateFolder !== undefined && { stateFolder }) };
  // First, since its lock keeps a second process away from the whole folder.
  const dynalite = await startDynaliteEmulator({
    ...shared,
    port: options.ports.dynamodb,
    accountId: localAccountId,
  });
  try {
    const fauxqs = await startFauxqsEmulator({ ...shared, port: options.ports.sqsAndS3 });
    const sqsAndS3 = `http://${loopbackHost}:${fauxqs.port}`;
    return {
      endpoints: {
        sqs: sqsAndS3,
        s3: sqsAndS3,
        dynamodb: `http://${loopbackHost}:${dynalite.port}`,
        region: localRegion,
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
      },
      sqsAndS3: fauxqs,
      meter: dynalite.meter,
      stop: async () => {
        await fauxqs.stop();
        await dynalite.stop();
      },
    };
  } catch (error) {
    await dynalite.stop();
    throw error;
  }
}
