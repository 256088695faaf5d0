import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { onTestFinished } from "vitest";
import { type Emulators, startEmulators } from "../../../src/platforms/local/emulators/start-emulators.ts";
import type { Endpoints } from "../../../src/platforms/local/endpoints.ts";

/** SDK clients for emulators; destroyed after the test. */
export function clientsOf(endpoints: Endpoints): { sqs: SQSClient; s3: S3Client; dynamodb: DynamoDBClient } {
  const { region, credentials } = endpoints;
  const clients = {
    sqs: new SQSClient({ region, credentials, endpoint: endpoints.sqs, useQueueUrlAsEndpoint: false }),
    s3: new S3Client({ region, credentials, endpoint: endpoints.s3, forcePathStyle: true }),
    dynamodb: new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb }),
  };
  onTestFinished(() => {
    for (const client of Object.values(clients)) client.destroy();
  });
  return clients;
}

/** Emulators on free ports with clients; all stopped after the test. */
export async function startTestEmulators(
  stateFolder?: string,
): Promise<{ emulators: Emulators } & ReturnType<typeof clientsOf>> {
  const folder = stateFolder === undefined ? {} : { stateFolder };
  const emulators = await startEmulators({ ...folder, ports: { sqsAndS3: 0, dynamodb: 0 } });
  onTestFinished(() => emulators.stop());
  return { emulators, ...clientsOf(emulators.endpoints) };
}
