import * as v from "valibot";
import { HttpEvent } from "../contracts/http-event.ts";
import { ParseError } from "../contracts/parse-error.ts";
import { headerOf } from "./header-of.ts";
import { isForm } from "./http-body.ts";
import { workflowIdOf } from "./http-route.ts";

const maxTokenLength = 512;
const none = { workflowId: "unknown", token: "" };

/** The routes of the capability URL: the resume token in the path is the authority (DESIGN 4). */
export const showPauseRoute = "GET /resume/{workflowId}/{token}";
export const answerPauseRoute = "POST /resume/{workflowId}/{token}";

/** Whether an event asks for one of the two. */
export function isPauseRequest(event: unknown): boolean {
  const request = v.safeParse(HttpEvent, event);
  return request.success && [showPauseRoute, answerPauseRoute].includes(request.output.routeKey);
}

/** Whether a person asks, with a browser: who posts a form, or gets the URL without asking for JSON and not for HTML. */
export function isPageRequest(event: unknown): boolean {
  const request = v.safeParse(HttpEvent, event);
  if (!request.success) return false;
  if (request.output.routeKey === answerPauseRoute) return isForm(request.output);
  return request.output.routeKey === showPauseRoute && !asksForJson(headerOf(request.output, "accept") ?? "");
}

function asksForJson(accept: string): boolean {
  return /\bapplication\/([\w.+-]+\+)?json\b/i.test(accept) && !/\btext\/html\b/i.test(accept);
}

/**
 * Whom and what the path names. What is no workflow's id or no token is as good as a forged token and gets the same
 * answer, so it becomes one: the caller learns nothing from the difference.
 */
export function capabilityOf(event: HttpEvent): { readonly workflowId: string; readonly token: string } {
  const token = event.pathParameters?.["token"] ?? "";
  try {
    const workflowId = workflowIdOf(event);
    return token.length <= maxTokenLength ? { workflowId, token } : none;
  } catch (error) {
    if (error instanceof ParseError) return none;
    throw error;
  }
}
