import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { OpenApiAnswer } from "../../contracts/http-answers.ts";
import openApi from "../../contracts/openapi.json" with { type: "json" };
import { isPauseRequest, parseEvent } from "../../triggers/index.ts";
import type { AwsPlatform } from "./aws-platform.ts";
import { invocationOf, type LambdaHandler } from "./create-dispatcher-handler.ts";
import { answerOutcome, json } from "./http-answer.ts";
import { createPauseHandler } from "./pause-page/create-pause-handler.ts";
import { errorProblem } from "./problem.ts";

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
      return await answer(platform, event, context, instance);
    } catch (error) {
      const response = errorProblem(error, instance);
      if ((response.statusCode ?? 500) >= 500) platform.logger.error("request failed", { instance }, error);
      return response;
    }
  };
}

async function answer(
  platform: AwsPlatform,
  event: unknown,
  context: Context,
  instance: string,
): Promise<APIGatewayProxyStructuredResultV2> {
  const parsed = parseEvent(event, platform.bindings);
  // It is about the API itself: no workflow, and no command.
  if (parsed.type === "openapi") return json<OpenApiAnswer>(200, openApi);
  if (parsed.type !== "http") throw new TypeError("ApiFunction takes HTTP API events only");
  const outcome = await platform.dispatcher.execute(parsed.command, invocationOf(platform, context, parsed.by));
  return answerOutcome(outcome, instance);
}
