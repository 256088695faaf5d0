import type { Command } from "../contracts/command.ts";
import { HttpEvent } from "../contracts/http-event.ts";
import { WorkflowId } from "../contracts/ids.ts";
import { ParseError, parse } from "../contracts/parse-error.ts";
import { isObject } from "./is-object.ts";
import type { Trigger } from "./trigger.ts";

/** Whether an event is an HTTP API request, payload format 2.0, whatever its route. */
export function isHttpEvent(event: unknown): boolean {
  return isObject(event) && event["version"] === "2.0" && typeof event["routeKey"] === "string";
}

/** A trigger for one route of the HTTP API. */
export function httpRoute(name: string, routeKey: string, toCommand: (event: HttpEvent) => Command): Trigger {
  return {
    name,
    matches: (event) => isHttpEvent(event) && isObject(event) && event["routeKey"] === routeKey,
    parse: (event) => ({ type: "http", command: toCommand(parse(HttpEvent, event)) }),
  };
}

/** The workflow that the path names; throws a `ParseError` when the parameter is missing or no id. */
export function workflowIdOf({ pathParameters }: HttpEvent): string {
  const path = "$.pathParameters.workflowId";
  const text = pathParameters?.["workflowId"] ?? "";
  try {
    return parse(WorkflowId, decodeURIComponent(text), path);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new ParseError(path, "is not url-encoded", { cause: error });
  }
}

/** A header by its lower-case name, in whatever case it came. */
export function headerOf({ headers }: HttpEvent, name: string): string | undefined {
  const found = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return found?.[1] ?? undefined;
}
