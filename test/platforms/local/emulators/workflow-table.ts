import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** A table with a string key, a number key and a sparse index, made and ready. */
export async function createWorkflowTable(dynamodb: DynamoDBClient): Promise<string> {
  const TableName = "workflows";
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "workflowId", AttributeType: "S" },
        { AttributeName: "version", AttributeType: "N" },
        { AttributeName: "checkShard", AttributeType: "S" },
        { AttributeName: "checkAt", AttributeType: "N" },
      ],
      KeySchema: [
        { AttributeName: "workflowId", KeyType: "HASH" },
        { AttributeName: "version", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "due",
          KeySchema: [
            { AttributeName: "checkShard", KeyType: "HASH" },
            { AttributeName: "checkAt", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    }),
  );
  for (;;) {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === "ACTIVE") return TableName;
  }
}
