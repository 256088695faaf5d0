import { type Endpoints, localAccountId, localRegion } from "../endpoints.ts";
import { loopbackHost } from "../loopback.ts";
import type { CapacityMeter } from "./capacity-meter.ts";
import { startDynaliteEmulator } from "./dynalite-emulator.ts";
import { type EventBridgeEmulator, startEventBridgeEmulator } from "./eventbridge-emulator.ts";
import { type FauxqsEmulator, startFauxqsEmulator } from "./fauxqs-emulator.ts";

/** The emulators of SQS, S3, DynamoDB and EventBridge. */
export interface Emulators {
  readonly endpoints: Endpoints;
  readonly sqsAndS3: Omit<FauxqsEmulator, "port" | "stop">;
  readonly eventBridge: Pick<EventBridgeEmulator, "onEvent">;
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
  /** That of EventBridge is any free one when absent. */
  readonly ports: { readonly sqsAndS3: number; readonly dynamodb: number; readonly eventBridge?: number };
}): Promise<Emulators> {
  const { stateFolder, host, ports } = options;
  const shared = { host, region: localRegion, ...(stateFolder !== undefined && { stateFolder }) };
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.toReversed()) await end();
  };
  try {
    // First, since its lock keeps a second process away from the whole folder.
    const dynalite = await startDynaliteEmulator({ ...shared, port: ports.dynamodb, accountId: localAccountId });
    stops.push(dynalite.stop);
    const fauxqs = await startFauxqsEmulator({ ...shared, port: ports.sqsAndS3 });
    stops.push(fauxqs.stop);
    const eventBridge = await startEventBridgeEmulator({ host, port: ports.eventBridge ?? 0 });
    stops.push(eventBridge.stop);
    const sqsAndS3 = `http://${loopbackHost}:${fauxqs.port}`;
    return {
      endpoints: {
        sqs: sqsAndS3,
        s3: sqsAndS3,
        dynamodb: `http://${loopbackHost}:${dynalite.port}`,
        eventBridge: `http://${loopbackHost}:${eventBridge.port}`,
        region: localRegion,
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
      },
      sqsAndS3: fauxqs,
      eventBridge,
      meter: dynalite.meter,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
