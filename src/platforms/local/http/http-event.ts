import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { localAccountId } from "../endpoints.ts";
import type { RouteMatch } from "./match-route.ts";

/** What a request says besides its body. */
export interface HttpRequest {
  readonly message: IncomingMessage;
  readonly body: Buffer;
  /** Decoded, as HTTP APIs hand it on. */
  readonly path: string;
  readonly queryString: string;
  readonly match: RouteMatch;
  /** Whether the caller proved the development key. */
  readonly isAuthenticated: boolean;
  /** Epoch ms. */
  readonly receivedAt: number;
}

/** The caller that IAM would name; its shape is that of `requestContext.authorizer.iam`. */
const localCaller = {
  accessKey: "local",
  accountId: localAccountId,
  callerId: "LOCAL:development",
  cognitoIdentity: null,
  principalOrgId: null,
  userArn: `arn:aws:iam::${localAccountId}:user/development`,
  userId: "LOCAL:development",
};

/** An event, with the authorizer that `@types/aws-lambda` keeps to a type of its own. */
export type HttpEvent = Omit<APIGatewayProxyEventV2, "requestContext"> & {
  readonly requestContext: APIGatewayProxyEventV2["requestContext"] & {
    readonly authorizer?: { readonly iam: typeof localCaller };
  };
};

/**
 * Builds the HTTP API event, payload format 2.0. The `authorization` header is left out: here it holds the development
 * key, which no handler needs and no log may show (I16).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function buildHttpEvent(request: HttpRequest): HttpEvent {
  const { message, match, path, queryString } = request;
  const { authorization: _secret, cookie, ...headers } = joinedHeaders(message);
  const query = joinedQuery(queryString);
  const host = headers["host"] ?? "127.0.0.1";
  // Bytes that are no text would be changed by decoding them.
  const isText = isTextBody(headers) && isUtf8(request.body);
  return {
    version: "2.0",
    routeKey: match.routeKey,
    rawPath: path,
    rawQueryString: queryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(";").map((item) => item.trim()) }),
    headers,
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    ...(Object.keys(match.pathParameters).length === 0 ? {} : { pathParameters: match.pathParameters }),
    requestContext: {
      accountId: localAccountId,
      apiId: "local",
      ...(request.isAuthenticated ? { authorizer: { iam: localCaller } } : {}),
      domainName: host,
      domainPrefix: host.split(".")[0] ?? host,
      http: {
        method: message.method ?? "GET",
        path,
        protocol: `HTTP/${message.httpVersion}`,
        sourceIp: "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: match.routeKey,
      stage: "$default",
      time: commonLogTime(request.receivedAt),
      timeEpoch: request.receivedAt,
    },
    ...(request.body.length === 0 ? {} : { body: request.body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

function joinedHeaders(message: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(message.headersDistinct).map(([name, values = []]) => [
      name.toLowerCase(),
      values.join(name === "cookie" ? "; " : ","),
    ]),
  );
}

function joinedQuery(queryString: string): Record<string, string> {
  const query = new URLSearchParams(queryString);
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(",")]));
}

/** An HTTP API hands these on as text and everything else, a form included, as base64. */
function isTextBody(headers: Readonly<Record<string, string>>): boolean {
  if (headers["content-encoding"] !== undefined && headers["content-encoding"] !== "identity") return false;
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "text/plain";
  return /^(text\/.*|application\/(json|javascript|xml|.+\+json|.+\+xml))$/.test(type);
}

/** `22/Nov/2026:11:06:16 +0000` */
function commonLogTime(epochMs: number): string {
  const [, day, month, year, time] = new Date(epochMs).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
