import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";
import { quickService } from "./client-limits.ts";

/**
 * What the SDK does in every request for nobody: it prepares the input and the output for a logger that drops them, and puts
 * together a header that names the SDK. Of a small request they take a tenth of the CPU time (docs/performance.md).
 */
export const needlessMiddleware = ["loggerMiddleware", "getUserAgentMiddleware"] as const;

/** The client of the table. */
export function createDynamoDBClient(overrides: DynamoDBClientConfig = {}): DynamoDBClient {
  return lean(new DynamoDBClient({ ...quickService, ...overrides }));
}

/** The client of the step queue. That a body arrived whole is TLS's concern; its MD5 would be made a second time here. */
export function createSqsClient(overrides: SQSClientConfig = {}): SQSClient {
  return lean(new SQSClient({ ...quickService, md5: false, ...overrides }));
}

function lean<TClient extends { readonly middlewareStack: { remove(name: string): boolean } }>(
  client: TClient,
): TClient {
  for (const name of needlessMiddleware) client.middlewareStack.remove(name);
  return client;
}
