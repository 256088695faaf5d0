import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

/** The least that a function with both services does when it loads: it makes their clients. */
export const clients = [new DynamoDBClient(), new SQSClient()];

/** What a step calls, so that the bundler leaves it in. */
export const commands = [
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
];
