import type { Application, AwsPlatform, PlatformOverrides } from "./aws-platform.ts";
import { DynamoDBWorkflowEraser } from "./dynamodb-workflow-eraser.ts";
import { DynamoDBWorkflowReader } from "./dynamodb-workflow-reader.ts";
import { noNodeServices } from "./no-node-services.ts";
import { SqsStepSender } from "./sqs-step-sender.ts";
import { type PlatformEnvironment, wirePlatform } from "./wire-platform.ts";

/**
 * The platform of the HTTP API: it receives no messages and runs no nodes, so has no secrets for them, but lists and erases.
 * Its bundle holds no call that its role does not allow (test/template/least-privilege.test.ts).
 */
export function createApiPlatform(
  application: Application,
  environment: PlatformEnvironment,
  overrides: PlatformOverrides = {},
): AwsPlatform {
  const { QUEUE_URL, TABLE_NAME, INDEX_SHARDS } = environment;
  return wirePlatform(application, environment, overrides, ({ sqs, dynamodb, s3 }) => ({
    queue: new SqsStepSender(sqs, QUEUE_URL),
    secretSources: {},
    nodeServices: noNodeServices,
    records: {
      reader: new DynamoDBWorkflowReader(dynamodb, TABLE_NAME, INDEX_SHARDS),
      eraser: new DynamoDBWorkflowEraser(dynamodb, TABLE_NAME, INDEX_SHARDS),
      blobEraser: {
        eraseFolder: async (folder) => {
          const [{ S3BlobEraser }, client] = await Promise.all([import("./s3-blob-eraser.ts"), s3.get()]);
          return new S3BlobEraser(client).eraseFolder(folder);
        },
      },
    },
  }));
}
