import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Contender, ContenderParts, OpenContender } from "../contender.ts";
import { openPlain, type PlainMessage } from "./plain.ts";

/**
 * Contender B2: the plain dispatcher with Powertools' `makeIdempotent` around the work on one message, keyed by
 * workflow and version, over Powertools' own DynamoDB layer in a table of its own, as its documentation sets it up:
 * one layer per container, the Lambda context registered, everything else at its default.
 */
export const powertools: Contender = {
  name: "B2",
  isOurs: false,
  description: "plain, made idempotent by Powertools' DynamoDBPersistenceLayer in a table of its own",
  isOncePerWorkflow: () => false,
  open: openGuarded,
};

async function openGuarded(parts: ContenderParts): Promise<OpenContender> {
  const client = new DynamoDBClient(parts.clientConfigs.dynamodb);
  const tableName = await parts.stage.createTable({
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
  const persistenceStore = new DynamoDBPersistenceLayer({ tableName, awsSdkV3Client: client });
  const config = new IdempotencyConfig({ eventKeyJmesPath: "[workflowId, version]" });
  const opened = await openPlain(parts, (workOff, context) => {
    config.registerLambdaContext(context);
    return makeIdempotent((message: PlainMessage) => workOff(message), { persistenceStore, config });
  });
  return {
    ...opened,
    close: async () => {
      await opened.close();
      client.destroy();
    },
  };
}
