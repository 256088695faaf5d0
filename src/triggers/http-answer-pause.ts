import { HttpAnswerBody } from "../contracts/http-event.ts";
import { parse } from "../contracts/parse-error.ts";
import { isForm, parseFormBody, parseHttpBody } from "./http-body.ts";
import { httpRoute } from "./http-route.ts";
import { answerPauseRoute, capabilityOf } from "./pause-request.ts";
import type { Trigger } from "./trigger.ts";

/**
 * `POST /resume/{workflowId}/{token}`: a machine's JSON, `{ "payload": … }`, resumes. What a person's form means, only the
 * pause can say, so it comes as `form` beside the command that shows the pause.
 */
export const httpAnswerPause: Trigger = httpRoute(
  "http-answer-pause",
  answerPauseRoute,
  (event) => {
    if (isForm(event)) return { type: "show-pause", ...capabilityOf(event) };
    const { payload } = parse(HttpAnswerBody, parseHttpBody(event), "$.body");
    return { type: "resume", schemaVersion: 1, ...capabilityOf(event), payload, isOperator: false };
  },
  (event) => (isForm(event) ? parseFormBody(event) : undefined),
);
