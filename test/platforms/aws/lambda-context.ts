import type { Context } from "aws-lambda";

/** A Lambda context with a minute left. */
export function lambdaContext(): Context {
  const never = () => {
    throw new Error("callbacks are not used");
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: "test",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:test",
    memoryLimitInMB: "512",
    awsRequestId: "request-1",
    logGroupName: "/aws/lambda/test",
    logStreamName: "1",
    getRemainingTimeInMillis: () => 60_000,
    done: never,
    fail: never,
    succeed: never,
  };
}
