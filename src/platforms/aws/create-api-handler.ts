import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { OpenApiAnswer } from "../../contracts/http-answers.ts";
import { isPauseRequest, parseEvent } from "../../triggers/index.ts";
import type { AwsPlatform } from "./aws-platform.ts";
import { invocationOf, type LambdaHandler } from "./create-dispatcher-handler.ts";
import { answerOutcome, json } from "./http-answer.ts";
import { errorProblem } from "./problem.ts";

/**
 * ApiFunction: the HTTP API (payload v2). Every answer is JSON; an error is `application/problem+json` and says
 * nothing of the inside, which goes to the log under the same request id.
 */
export function createApiHandler(platform: AwsPlatform): LambdaHandler {
  return async (event, context) => {
    if (isPauseRequest(event)) {
      const { createPauseHandler } = await import("./pause-page/create-pause-handler.ts");
      return createPauseHandler(platform)(event, context);
    }
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
  if (parsed.type === "openapi") return json<OpenApiAnswer>(200, await loadOpenApi());
  if (parsed.type !== "http") throw new TypeError("ApiFunction takes HTTP API events only");
  const outcome = await platform.dispatcher.execute(parsed.command, invocationOf(platform, context, parsed.by));
  return answerOutcome(outcome, instance);
}

/** Loaded when it is asked for: it is as large as a third of the rest of this project's code. */
async function loadOpenApi(): Promise<OpenApiAnswer> {
  const { default: openApi } = await import("../../contracts/openapi.json", { with: { type: "json" } });
  return openApi;
}
