import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * Makes the client lose the answers to its next requests, after the service has applied them: the SDK sees a broken
 * connection and tries again by itself. Returns how many requests reached the service, answered or not.
 */
export function loseAnswers(client: DynamoDBClient, lost: number): () => number {
  let requests = 0;
  client.middlewareStack.add(
    (next) => async (input) => {
      const answer = await next(input);
      requests += 1;
      if (requests > lost) return answer;
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    },
    { step: "deserialize", name: "loseAnswers" },
  );
  return () => requests;
}
