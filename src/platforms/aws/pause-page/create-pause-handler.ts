import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Command, ShowPauseCommand } from "../../../contracts/command.ts";
import type { PauseAnswer } from "../../../contracts/http-answers.ts";
import { httpProblems } from "../../../contracts/http-problems.ts";
import type { FormFields } from "../../../contracts/parsed-event.ts";
import type { Outcome, PauseView } from "../../../dispatcher/index.ts";
import { isPageRequest, parseEvent } from "../../../triggers/index.ts";
import type { AwsPlatform } from "../aws-platform.ts";
import { invocationOf, type LambdaHandler } from "../create-dispatcher-handler.ts";
import { answerOutcome, json } from "../http-answer.ts";
import { errorProblem } from "../problem.ts";
import { decodeForm, type FieldProblem, formValues } from "./decode-form.ts";
import { type Form, formOf } from "./form-fields.ts";
import { capabilityHeaders, pageResponse } from "./page-response.ts";
import { failurePage, overPage, refusalPage, takenPage, waitingPage } from "./pause-pages.ts";
import { questionOf } from "./render-details.ts";
import type { FormView } from "./render-form.ts";
import { toJsonSchema } from "./to-json-schema.ts";

type Execute = (command: Command) => Promise<Outcome>;
type Response = APIGatewayProxyStructuredResultV2;

/**
 * The capability URL of a resume token. A person gets pages: a GET shows the form, a POST of the form resumes. A machine gets
 * JSON: a GET with `accept: application/json` says what is asked, a POST of JSON resumes. No GET changes anything.
 */
export function createPauseHandler(platform: AwsPlatform): LambdaHandler {
  return async (event, context) => {
    const instance = `urn:request:${context.awsRequestId}`;
    const isPage = isPageRequest(event);
    try {
      const { command, form } = parseHttp(event, platform);
      const execute: Execute = (given) => platform.dispatcher.execute(given, invocationOf(platform, context));
      if (form !== undefined && command.type === "show-pause") return await answerForm(execute, command, form);
      const outcome = await execute(command);
      return isPage ? showPage(outcome) : answerMachine(outcome, instance);
    } catch (error) {
      const problem = errorProblem(error, instance);
      const statusCode = problem.statusCode ?? 500;
      if (statusCode >= 500) platform.logger.error("request failed", { instance }, error);
      return isPage ? pageResponse(statusCode, failurePage(statusCode, instance)) : withHeaders(problem);
    }
  };
}

function parseHttp(event: unknown, { bindings }: AwsPlatform) {
  const parsed = parseEvent(event, bindings);
  if (parsed.type !== "http") throw new TypeError("These routes take HTTP API events only");
  return parsed;
}

function showPage(outcome: Outcome): Response {
  if (outcome.type !== "pause") return otherPage(outcome);
  const { pause } = outcome;
  const page = pause.state === "waiting" ? waitingPage(pause, { form: formFor(pause) }) : overPage(pause.state);
  return pageResponse(200, page);
}

/** What a form means, the pause says that it is for; whether that still waits, the resume itself finds out. */
async function answerForm(execute: Execute, command: ShowPauseCommand, fields: FormFields): Promise<Response> {
  const outcome = await execute(command);
  if (outcome.type !== "pause") return otherPage(outcome);
  const { pause } = outcome;
  if (pause.state !== "waiting" && pause.state !== "answered") return pageResponse(409, overPage(pause.state));
  const form = formFor(pause);
  const values = formValues(fields);
  const decoded = decodeForm(form, values);
  if (decoded.type === "problems") return showAgain(pause, { form, values, problems: decoded.problems });
  const { workflowId, token } = command;
  const { payload } = decoded;
  const answer = await execute({ type: "resume", schemaVersion: 1, workflowId, token, payload, isOperator: false });
  if (answer.type === "resumed") return pageResponse(200, takenPage);
  if (answer.type !== "refused" || answer.problems === undefined) return otherPage(answer);
  const problems = answer.problems.map(({ path, message }) => problemAt(form, path, message));
  return showAgain(pause, { form, values, problems });
}

/** Once it was answered, nothing of the question is shown any more. */
function showAgain(pause: PauseView, view: FormView): Response {
  if (pause.state === "waiting") return pageResponse(422, waitingPage(pause, view));
  return pageResponse(409, refusalPage("conflict"));
}

/** A problem at its field, or of the whole with the path in front. */
function problemAt({ isWhole, fields }: Form, path: string, message: string): FieldProblem {
  const field = fields.find(({ name }) => isWhole || path === name || path.startsWith(`${name}.`));
  const isNamed = field !== undefined && !isWhole && path === field.name;
  const text = isNamed || path === "root" ? message : `${path}: ${message}`;
  return { ...(field !== undefined && { name: field.name }), message: text };
}

function formFor({ schema }: PauseView): Form {
  return formOf(schema && toJsonSchema(schema));
}

function otherPage(outcome: Outcome): Response {
  if (outcome.type !== "refused") throw new TypeError(`There is no page for ${outcome.type}`);
  return pageResponse(httpProblems[outcome.code].status, refusalPage(outcome.code));
}

function answerMachine(outcome: Outcome, instance: string): Response {
  switch (outcome.type) {
    case "pause":
      return json<PauseAnswer>(200, describePause(outcome.pause), capabilityHeaders);
    case "resumed":
    case "refused":
      return withHeaders(answerOutcome(outcome, instance));
    default:
      throw new TypeError(`There is no answer for ${outcome.type}`);
  }
}

function describePause({ workflowId, version, state, data, isLeftOut, until, schema }: PauseView): PauseAnswer {
  if (state !== "waiting") return { workflowId, version, state };
  const payloadSchema = schema && toJsonSchema(schema);
  return {
    workflowId,
    version,
    state,
    title: questionOf(data).title,
    ...(data !== undefined && { data }),
    ...(isLeftOut && { isLeftOut }),
    ...(until !== undefined && { until }),
    ...(payloadSchema !== undefined && { payloadSchema }),
  };
}

function withHeaders(response: Response): Response {
  return { ...response, headers: { ...capabilityHeaders, ...response.headers } };
}
