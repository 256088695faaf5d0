import type * as v from "valibot";
import type { Command } from "../contracts/command.ts";
import { HttpEvent } from "../contracts/http-event.ts";
import { WorkflowId } from "../contracts/ids.ts";
import { ParseError, parse } from "../contracts/parse-error.ts";
import type { FormFields } from "../contracts/parsed-event.ts";
import { parseHttpBody } from "./http-body.ts";
import { isObject } from "./is-object.ts";
import type { Trigger } from "./trigger.ts";

/** Whether an event is an HTTP API request, payload format 2.0, whatever its route. */
export function isHttpEvent(event: unknown): boolean {
  return isObject(event) && event["version"] === "2.0" && typeof event["routeKey"] === "string";
}

/** A trigger for one route of the HTTP API; `toForm` reads the form of a route that people answer by one. */
export function httpRoute(
  name: string,
  routeKey: string,
  toCommand: (event: HttpEvent) => Command,
  toForm?: (event: HttpEvent) => FormFields | undefined,
): Trigger {
  return {
    name,
    matches: (event) => isHttpEvent(event) && isObject(event) && event["routeKey"] === routeKey,
    parse: (event) => {
      const request = parse(HttpEvent, event);
      const by = callerOf(request);
      const form = toForm?.(request);
      const command = toCommand(request);
      return { type: "http", command, ...(by !== undefined && { by }), ...(form !== undefined && { form }) };
    },
  };
}

/**
 * Who API Gateway authenticated, by IAM or a JWT. It writes `authorizer` itself, so no caller can; a Lambda authorizer's
 * context says nothing by itself.
 */
export function callerOf({ requestContext: { authorizer } }: HttpEvent): string | undefined {
  const { iam, jwt } = authorizer ?? {};
  if (isObject(iam)) return nameOf(iam["userArn"]) ?? "iam";
  if (!isObject(jwt)) return undefined;
  const claims = isObject(jwt["claims"]) ? jwt["claims"] : {};
  return `jwt:${nameOf(claims["sub"]) ?? nameOf(claims["client_id"]) ?? "unnamed"}`;
}

function nameOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, 256) : undefined;
}

/** A request's query by a schema; throws a `ParseError` that names the parameter. */
export function queryOf<TSchema extends v.GenericSchema>(schema: TSchema, event: HttpEvent): v.InferOutput<TSchema> {
  return parseFields(schema, event.queryStringParameters ?? {}, "$.query");
}

/** A request's JSON body by a schema. Throws what `parseHttpBody` throws, and a `ParseError` that names the field. */
export function bodyOf<TSchema extends v.GenericSchema>(schema: TSchema, event: HttpEvent): v.InferOutput<TSchema> {
  return parseFields(schema, parseHttpBody(event), "$.body");
}

/** The same; an empty body counts as an empty object. */
export function optionalBodyOf<TSchema extends v.GenericSchema>(
  schema: TSchema,
  event: HttpEvent,
): v.InferOutput<TSchema> {
  const isEmpty = event.body === null || event.body === undefined || event.body === "";
  return isEmpty ? parse(schema, {}, "$.body") : bodyOf(schema, event);
}

/** To valibot an array is a strict object, too. */
function parseFields<TSchema extends v.GenericSchema>(
  schema: TSchema,
  value: unknown,
  path: string,
): v.InferOutput<TSchema> {
  if (!isObject(value)) throw new ParseError(path, "must be an object");
  return parse(schema, value, path);
}

/** The workflow that the path names; throws a `ParseError` when the parameter is missing or no id. */
export function workflowIdOf(event: HttpEvent): string {
  return pathParameterOf("workflowId", WorkflowId, event);
}

/** A parameter of the path; throws a `ParseError` when it is missing, badly encoded or not what the schema says. */
export function pathParameterOf<TSchema extends v.GenericSchema>(
  name: string,
  schema: TSchema,
  { pathParameters }: HttpEvent,
): v.InferOutput<TSchema> {
  const path = `$.pathParameters.${name}`;
  try {
    return parse(schema, decodeURIComponent(pathParameters?.[name] ?? ""), path);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new ParseError(path, "is not url-encoded", { cause: error });
  }
}
