import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { writeHistoryCursor, writeListCursor } from "../../contracts/cursor.ts";
import type { Outcome } from "../../dispatcher/index.ts";
import { isPauseRequest, parseEvent } from "../../triggers/index.ts";
import type { AwsPlatform } from "./aws-platform.ts";
import { invocationOf, type LambdaHandler } from "./create-dispatcher-handler.ts";
import { createPauseHandler } from "./pause-page/create-pause-handler.ts";
import { errorProblem, refusalProblem } from "./problem.ts";

/**
 * ApiFunction: the HTTP API (payload v2). Every answer is JSON; an error is `application/problem+json` and says
 * nothing of the inside, which goes to the log under the same request id.
 */
export function createApiHandler(platform: AwsPlatform): LambdaHandler {
  const handlePause = createPauseHandler(platform);
  return async (event, context) => {
    if (isPauseRequest(event)) return handlePause(event, context);
    const instance = `urn:request:${context.awsRequestId}`;
    try {
      const outcome = await execute(platform, event, context);
      if (outcome.type === "refused") return refusalProblem(outcome.code, outcome.reason, instance, outcome.problems);
      // A cancel that came too late: nothing is wrong for a queue, but a caller wants to know.
      if (outcome.type === "settled") return refusalProblem("conflict", "The workflow has ended before", instance);
      return answer(outcome);
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
  return platform.dispatcher.execute(parsed.command, invocationOf(platform, context, parsed.by));
}

function answer(outcome: Outcome): APIGatewayProxyStructuredResultV2 {
  switch (outcome.type) {
    case "started":
      return json(202, { workflowId: outcome.workflowId }, { location: `/workflows/${outcome.workflowId}` });
    case "resumed":
      return json(202, { workflowId: outcome.workflowId, version: outcome.version });
    case "retried":
      return json(202, { workflowId: outcome.workflowId, version: outcome.version });
    case "cancelled":
      return json(200, { workflowId: outcome.workflowId, version: outcome.version });
    case "erased":
      return { statusCode: 204, headers: { "cache-control": "no-store" } };
    case "snapshot":
      return json(200, outcome.workflow);
    case "list":
      return json(200, pageOf(outcome.page, writeListCursor));
    case "history":
      return json(200, pageOf(outcome.page, writeHistoryCursor));
    case "definitions":
      return json(200, { definitions: outcome.definitions });
    case "definition":
      return json(200, outcome.definition);
    default:
      throw new TypeError(`The API has no answer for ${outcome.type}`);
  }
}

/** A page with an opaque cursor in place of where the next one begins. */
function pageOf<TPlace>({ next, ...page }: { readonly next?: TPlace }, write: (place: TPlace) => string): object {
  return { ...page, ...(next !== undefined && { nextCursor: write(next) }) };
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
