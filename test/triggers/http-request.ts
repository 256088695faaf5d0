/** An HTTP API request, payload format 2.0, as far as the triggers read it. */
export function request(routeKey: string, fields: Record<string, unknown> = {}) {
  return {
    version: "2.0",
    routeKey,
    headers: { "content-type": "application/json" },
    requestContext: { requestId: "JKJaXmPLvHcESHA=", routeKey, stage: "$default" },
    isBase64Encoded: false,
    ...fields,
  };
}

/** A request with a JSON body. */
export function requestWith(routeKey: string, body: unknown, fields: Record<string, unknown> = {}) {
  return request(routeKey, { body: JSON.stringify(body), ...fields });
}
