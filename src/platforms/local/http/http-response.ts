import * as v from "valibot";

/** What is sent to the caller. */
export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

const HandlerResponse = v.object({
  statusCode: v.pipe(
    v.union([v.number(), v.string()]),
    v.transform(Number),
    v.integer(),
    v.minValue(100),
    v.maxValue(599),
  ),
  headers: v.nullish(v.record(v.string(), v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String)))),
  cookies: v.nullish(v.array(v.string())),
  body: v.nullish(v.string()),
  isBase64Encoded: v.nullish(v.boolean()),
});

/** An answer of the gateway itself. */
export function gatewayResponse(statusCode: number, message: string): HttpResponse {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify({ message }) };
}

/**
 * Reads what a handler returned, as an HTTP API does for payload format 2.0: without a `statusCode` the whole result is
 * the JSON body of a 200; with one that does not fit, the answer is 500.
 */
export function readHandlerResponse(result: unknown): HttpResponse {
  if (typeof result !== "object" || result === null || !("statusCode" in result)) {
    const body = typeof result === "string" ? result : JSON.stringify(result);
    return { statusCode: 200, headers: { "content-type": "application/json" }, body };
  }
  const response = v.safeParse(HandlerResponse, result);
  if (!response.success) return gatewayResponse(500, "Internal Server Error");
  const { statusCode, headers, cookies, body, isBase64Encoded } = response.output;
  const lowerCase = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    statusCode,
    headers: {
      "content-type": "text/plain;charset=UTF-8",
      ...Object.fromEntries(lowerCase),
      ...(cookies && cookies.length > 0 ? { "set-cookie": cookies } : {}),
    },
    body: isBase64Encoded === true ? Buffer.from(body ?? "", "base64") : (body ?? ""),
  };
}
