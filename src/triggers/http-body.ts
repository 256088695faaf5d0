import type { HttpEvent } from "../contracts/http-event.ts";
import { InputError } from "../contracts/input-error.ts";
import { ParseError } from "../contracts/parse-error.ts";
import { parseJson } from "../contracts/parse-json.ts";
import type { FormFields } from "../contracts/parsed-event.ts";
import { headerOf } from "./header-of.ts";

/** The largest HTTP body that is accepted, in bytes; what is larger comes as an object. */
const maxBodyBytes = 262_144;

/**
 * The JSON value of a request's body. Throws an `InputError` when it is too large or not JSON by its content type,
 * and a `ParseError` when it is missing, badly encoded or malformed. A request without a content type is taken for
 * JSON.
 */
export function parseHttpBody(event: HttpEvent): unknown {
  const contentType = headerOf(event, "content-type");
  if (contentType !== undefined && !isJson(contentType)) {
    throw new InputError("input.media-type", "$.headers.content-type", "must be application/json");
  }
  return parseJson(bodyTextOf(event), "$.body");
}

/** Whether a request's body is what an HTML form sends. */
export function isForm(event: HttpEvent): boolean {
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test((headerOf(event, "content-type") ?? "").trim());
}

/** The fields of a form. Throws as `parseHttpBody` does for its size and encoding; an empty body has no fields. */
export function parseFormBody(event: HttpEvent): FormFields {
  const isEmpty = event.body === null || event.body === undefined || event.body === "";
  return isEmpty ? [] : [...new URLSearchParams(bodyTextOf(event))];
}

function bodyTextOf({ body, isBase64Encoded }: HttpEvent): string {
  if (body === null || body === undefined || body === "") throw new ParseError("$.body", "is missing");
  if (Buffer.byteLength(body, isBase64Encoded ? "base64" : "utf8") > maxBodyBytes) {
    throw new InputError("input.too-large", "$.body", `is larger than ${maxBodyBytes} bytes`);
  }
  return isBase64Encoded ? decodeBase64(body) : body;
}

function isJson(contentType: string): boolean {
  return /^application\/([\w.!#$&^+-]+\+)?json\s*(;|$)/i.test(contentType.trim());
}

function decodeBase64(body: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(body)) throw new ParseError("$.body", "is not base64");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(body, "base64"));
  } catch (cause) {
    throw new ParseError("$.body", "is not valid UTF-8", { cause });
  }
}
