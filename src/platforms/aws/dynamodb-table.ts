import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { callService } from "./call-service.ts";
import type { Item } from "./dynamodb-items.ts";

/**
 * The commands of one DynamoDB table. A write whose condition fails is an answer, not an error: `ALL_OLD` brings what
 * stood in the way without another read. Everything else that fails throws a retryable `RefluxoError`.
 */
export class DynamoDBTable {
  readonly #client: DynamoDBClient;
  readonly #name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  /** Reads an item, strongly consistent. */
  async get(key: Item): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#name, Key: { ...key }, ConsistentRead: true });
    const { Item } = await callService("dynamodb:GetItem", () => this.#client.send(command));
    return Item;
  }

  /** Reads one page of a query. */
  async query(
    input: Omit<QueryCommandInput, "TableName">,
  ): Promise<{ readonly items: readonly Item[]; readonly lastKey: Item | undefined }> {
    const command = new QueryCommand({ ...input, TableName: this.#name });
    const { Items = [], LastEvaluatedKey } = await callService("dynamodb:Query", () => this.#client.send(command));
    return { items: Items, lastKey: LastEvaluatedKey };
  }

  /**
   * Reads the items of a workflow from a sort key on, ascending, strongly consistent unless told otherwise: all of them, or
   * `limit`.
   */
  async queryWorkflow(
    workflowId: string,
    fromSortKey: number,
    { limit, isConsistent = true }: { readonly limit?: number | undefined; readonly isConsistent?: boolean } = {},
  ): Promise<readonly Item[]> {
    const items: Item[] = [];
    let startKey: Item | undefined;
    do {
      const page = await this.query({
        KeyConditionExpression: "workflowId = :workflowId AND version >= :version",
        ExpressionAttributeValues: { ":workflowId": { S: workflowId }, ":version": { N: String(fromSortKey) } },
        ConsistentRead: isConsistent,
        ...(limit !== undefined && { Limit: limit - items.length }),
        ...(startKey && { ExclusiveStartKey: startKey }),
      });
      items.push(...page.items);
      startKey = page.lastKey;
    } while (startKey !== undefined && (limit === undefined || items.length < limit));
    return items;
  }

  /** Puts an item; returns the item that stood in the way when the condition failed. */
  async put(input: Omit<PutItemCommandInput, "TableName">): Promise<Item | undefined> {
    const command = new PutItemCommand({
      ...input,
      TableName: this.#name,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    return callService("dynamodb:PutItem", async () => {
      try {
        await this.#client.send(command);
        return undefined;
      } catch (error) {
        return existingItem(error);
      }
    });
  }

  /** Updates an item; `refusedBy` is what stood in the way when the condition failed (empty when nothing stood there). */
  async update(input: Omit<UpdateItemCommandInput, "TableName">): Promise<{ refusedBy?: Item; updated: Item }> {
    const command = new UpdateItemCommand({
      ...input,
      TableName: this.#name,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    return callService("dynamodb:UpdateItem", async () => {
      try {
        const { Attributes = {} } = await this.#client.send(command);
        return { updated: Attributes };
      } catch (error) {
        return { refusedBy: existingItem(error), updated: {} };
      }
    });
  }
}

/** The item in a refusal; rethrows every other error. */
function existingItem(error: unknown): Item {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
  return error.Item ?? {};
}
