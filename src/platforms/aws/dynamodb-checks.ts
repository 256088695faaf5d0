import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import type { CheckMove } from "../../ports/workflow-store.ts";
import { shardOf } from "./shards.ts";

type CheckUpdate = Pick<
  UpdateItemCommandInput,
  "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeValues"
>;

/** The update of a head that moves its check. A head that has ended has none, and only `again` gives it one. */
export function toCheckUpdate(workflowId: string, move: CheckMove, shardCount: number): CheckUpdate {
  switch (move.type) {
    case "onward":
      return {
        ...settingOf(move, { ":expected": numberOf(move.expected) }),
        ConditionExpression: "checkAt = :expected",
      };
    case "nearer":
      return { ...settingOf(move), ConditionExpression: `attribute_exists(checkAt) AND (${isLater(move)})` };
    case "again":
      return {
        UpdateExpression: "SET checkAt = :checkAt, checkIntervalMs = :interval, checkShard = :shard",
        ConditionExpression: `headVersion = :version AND (attribute_not_exists(checkAt) OR ${isLater(move)})`,
        ExpressionAttributeValues: {
          ":checkAt": numberOf(move.checkAt),
          ":interval": numberOf(move.checkIntervalMs),
          ":shard": { S: shardOf(workflowId, shardCount) },
          ":version": numberOf(move.version),
        },
      };
    case "away":
      return {
        UpdateExpression: "REMOVE checkAt, checkShard",
        ConditionExpression: "checkAt = :expected",
        ExpressionAttributeValues: { ":expected": numberOf(move.expected) },
      };
  }
}

interface Setting {
  readonly checkAt: number;
  readonly checkIntervalMs?: number;
}

function settingOf({ checkAt, checkIntervalMs }: Setting, values: CheckUpdate["ExpressionAttributeValues"] = {}) {
  const hasInterval = checkIntervalMs !== undefined;
  return {
    UpdateExpression: `SET checkAt = :checkAt${hasInterval ? ", checkIntervalMs = :interval" : ""}`,
    ExpressionAttributeValues: {
      ...values,
      ":checkAt": numberOf(checkAt),
      ...(hasInterval && { ":interval": numberOf(checkIntervalMs) }),
    },
  };
}

function isLater({ checkIntervalMs }: Setting): string {
  return checkIntervalMs === undefined ? "checkAt > :checkAt" : "checkAt > :checkAt OR checkIntervalMs > :interval";
}

function numberOf(value: number): { N: string } {
  return { N: String(value) };
}
