import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { RefluxoError } from "../../engine/index.ts";
import { callService } from "./call-service.ts";
import type { Item } from "./dynamodb-items.ts";

type Key = Record<string, AttributeValue>;

/** A table, and the client that reaches it. */
export interface TableClient {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/**
 * The most keys of one request
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html).
 */
const maxGetKeys = 100;
const maxWriteKeys = 25;
/** How often what a request left over is asked for again. */
const maxRounds = 8;

/** Reads items by their keys, strongly consistent, in no order; those that are not there are left out. */
export async function batchGet({ client, tableName }: TableClient, keys: readonly Key[]): Promise<readonly Item[]> {
  const found = await Promise.all(
    chunk(keys, maxGetKeys).map(async (batch) => {
      const items: Item[] = [];
      await untilNoneIsLeft("dynamodb:BatchGetItem", batch, async (Keys) => {
        const command = new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys, ConsistentRead: true } } });
        const { Responses, UnprocessedKeys } = await client.send(command);
        items.push(...(Responses?.[tableName] ?? []));
        return UnprocessedKeys?.[tableName]?.Keys ?? [];
      });
      return items;
    }),
  );
  return found.flat();
}

/** Deletes items by their keys, in that order but for those of one request. */
export function batchDelete(table: TableClient, keys: readonly Key[]): Promise<void> {
  return batchWrite(
    table,
    keys.map((key) => ({ DeleteRequest: { Key: key } })),
  );
}

/** Writes items over whatever stands there. */
export function batchPut(table: TableClient, items: readonly Key[]): Promise<void> {
  return batchWrite(
    table,
    items.map((item) => ({ PutRequest: { Item: item } })),
  );
}

async function batchWrite({ client, tableName }: TableClient, requests: readonly WriteRequest[]): Promise<void> {
  for (const batch of chunk(requests, maxWriteKeys)) {
    await untilNoneIsLeft("dynamodb:BatchWriteItem", batch, async (left) => {
      const command = new BatchWriteItemCommand({ RequestItems: { [tableName]: left } });
      const { UnprocessedItems } = await client.send(command);
      return UnprocessedItems?.[tableName] ?? [];
    });
  }
}

/** A batch that is throttled comes back in part, without an error. */
async function untilNoneIsLeft<T>(
  operation: string,
  keys: readonly T[],
  send: (keys: T[]) => Promise<readonly T[]>,
): Promise<void> {
  let left = keys;
  for (let round = 0; round < maxRounds; round += 1) {
    const sent = [...left];
    left = await callService(operation, () => send(sent));
    if (left.length === 0) return;
  }
  throw new RefluxoError("service.failed", `${operation} left ${left.length} keys over`, { isRetryable: true });
}

function chunk<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
