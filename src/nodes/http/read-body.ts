import { parseJson } from "../../contracts/parse-json.ts";
import { RefluxoError } from "../../engine/index.ts";
import type { HttpResponse } from "../../ports/http-client.ts";
import { toBase64 } from "../bytes.ts";

/** How a body is read. */
export type ResponseType = "json" | "text" | "base64";

/**
 * The body of an answer as JSON, text or base64, by its content type unless told; null when it is empty. Throws
 * terminal errors that do not quote it: `http.body-encoded` (compressed, but not asked for as base64), `http.body-not-json`,
 * `http.charset-unknown`.
 */
export function readBody({ headers, body }: HttpResponse, given?: ResponseType): unknown {
  if (body.byteLength === 0) return null;
  const { mediaType, charset } = readContentType(headers["content-type"] ?? "");
  const type = given ?? typeOf(mediaType);
  if (type === "base64") return toBase64(body);
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "") {
    throw unreadable("body-encoded", `is encoded as ${JSON.stringify(encoding.slice(0, 40))}, which nobody asked for`);
  }
  const text = decode(body, charset);
  return type === "text" ? text : readJson(text);
}

function readContentType(contentType: string): { readonly mediaType: string; readonly charset: string } {
  const [mediaType = "", ...parameters] = contentType.split(";").map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  return { mediaType, charset: charset?.replaceAll('"', "") ?? "utf-8" };
}

function typeOf(mediaType: string): ResponseType {
  if (mediaType === "application/json" || mediaType.endsWith("+json")) return "json";
  const isText = mediaType.startsWith("text/") || mediaType.endsWith("+xml");
  const areTexts = [
    "application/xml",
    "application/x-www-form-urlencoded",
    "application/javascript",
    "application/yaml",
  ];
  return isText || areTexts.includes(mediaType) ? "text" : "base64";
}

function decode(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unreadable(
      "charset-unknown",
      `has the character set ${JSON.stringify(charset.slice(0, 40))}, which is not known`,
    );
  }
}

function readJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw unreadable("body-not-json", "is not JSON that can be taken", cause);
  }
}

function unreadable(code: string, reason: string, cause?: unknown): RefluxoError {
  return new RefluxoError(`http.${code}`, `The answer's body ${reason}`, { cause });
}
