import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { Outcome } from "../../dispatcher/index.ts";
import { parseEvent } from "../../triggers/index.ts";
import type { AwsPlatform } from "./aws-platform.ts";
import { invocationOf, type LambdaHandler } from "./create-dispatcher-handler.ts";
import { errorProblem, refusalProblem } from "./problem.ts";

/**
 * ApiFunction: the HTTP API (payload v2). Every answer is JSON; an error is `application/problem+json` and says
 * nothing of the inside, which goes to the log under the same request id.
 */
export function createApiHandler(platform: AwsPlatform): LambdaHandler {
  return async (event, context) => {
    const instance = `urn:request:${context.awsRequestId}`;
    try {
      const outcome = await execute(platform, event, context);
      return outcome.type === "refused" ? refusalProblem(outcome.code, outcome.reason, instance) : answer(outcome);
    } catch (error) {
      const response = errorProblem(error, instance);
      if ((response.statusCode ?? 500) >= 500) platform.logger.error("request failed", { instance }, error);
      return response;
    }
  };
}

async function execute(platform: AwsPlatform, event: unknown, context: Context): Promise<Outcome> {
  const parsed = parseEvent(event, platform.bindings);
  if (parsed.type !== "http") throw new TypeError("ApiFunction takes HTTP API events only");
  return platform.dispatcher.execute(parsed.command, invocationOf(platform, context));
}

function answer(outcome: Outcome): APIGatewayProxyStructuredResultV2 {
  switch (outcome.type) {
    case "started":
      return json(202, { workflowId: outcome.workflowId }, { location: `/workflows/${outcome.workflowId}` });
    case "resumed":
      return json(202, { workflowId: outcome.workflowId, version: outcome.version });
    case "snapshot":
      return json(200, outcome.workflow);
    default:
      throw new TypeError(`The API has no answer for ${outcome.type}`);
  }
}

function json(
  statusCode: number,
  body: unknown,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
    body: JSON.stringify(body),
  };
}
