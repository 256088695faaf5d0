import type { HttpEvent } from "../contracts/http-event.ts";
import { InputError } from "../contracts/input-error.ts";
import { ParseError } from "../contracts/parse-error.ts";
import { parseJson } from "../contracts/parse-json.ts";
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
  const { body, isBase64Encoded } = event;
  if (body === null || body === undefined || body === "") throw new ParseError("$.body", "is missing");
  if (Buffer.byteLength(body, isBase64Encoded ? "base64" : "utf8") > maxBodyBytes) {
    throw new InputError("input.too-large", "$.body", `is larger than ${maxBodyBytes} bytes`);
  }
  return parseJson(isBase64Encoded ? decodeBase64(body) : body, "$.body");
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
