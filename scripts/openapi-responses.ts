import {
  GatewayAnswer,
  httpProblems,
  Problem,
  type ProblemCode,
  problemTypeOf,
} from "../src/contracts/http-problems.ts";
import type { HttpRoute } from "../src/contracts/http-routes.ts";
import { referenceTo } from "./openapi-schemas.ts";

const page = { "text/html": { schema: { type: "string" } } };
const gateway = { "application/json": { schema: referenceTo(GatewayAnswer) } };

/** The answers that every operation may give, under `components`. */
export const sharedResponses = {
  Unauthorized: { description: "API Gateway: no valid JWT.", content: gateway },
  Forbidden: { description: "API Gateway: no valid signature, or not allowed.", content: gateway },
  Throttled: { description: "API Gateway: too many requests.", content: gateway },
  Internal: problemResponse(["internal"]),
  Unavailable: problemResponse(["unavailable"], gateway),
};

/** Every answer of a route by its status: its own, its problems, and what stands before it. */
export function responsesOf({
  answer,
  pages = {},
  problems,
  scope,
  body,
}: HttpRoute): Readonly<Record<string, object>> {
  const { status, description, schema, isPage, hasLocation } = answer;
  const json = schema === undefined ? {} : { schema: referenceTo(schema) };
  const content = {
    ...((schema !== undefined || isPage) && { "application/json": json }),
    ...(isPage && page),
  };
  const isSecured = scope !== "none";
  return {
    [status]: {
      description,
      ...(hasLocation && {
        headers: { Location: { description: "The path of the workflow.", schema: { type: "string" } } },
      }),
      ...(Object.keys(content).length > 0 && { content }),
    },
    ...Object.fromEntries(
      Object.entries(pages).map(([pageStatus, meaning]) => [pageStatus, { description: meaning, content: page }]),
    ),
    ...(isSecured && { 401: refer("Unauthorized"), 403: refer("Forbidden") }),
    429: refer("Throttled"),
    500: refer("Internal"),
    503: refer("Unavailable"),
    ...problemResponses(problems, {
      isSecured,
      hasBody: body !== undefined,
      isPage: isPage === true || Object.keys(pages).length > 0,
    }),
  };
}

interface Circumstances {
  readonly isSecured: boolean;
  readonly hasBody: boolean;
  readonly isPage: boolean;
}

function problemResponses(
  problems: readonly ProblemCode[],
  { isSecured, hasBody, isPage }: Circumstances,
): Readonly<Record<string, object>> {
  const byStatus = Map.groupBy(problems, (code) => httpProblems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => {
      const isGateways = (status === 403 && isSecured) || (status === 413 && hasBody);
      return [status, problemResponse(codes, { ...(isPage && page), ...(isGateways && gateway) })];
    }),
  );
}

function problemResponse(codes: readonly ProblemCode[], otherContent: object = {}): object {
  const types = { type: { enum: codes.map(problemTypeOf) } };
  return {
    description: codes.map((code) => `${httpProblems[code].title} (\`${problemTypeOf(code)}\`).`).join(" "),
    content: {
      "application/problem+json": { schema: { ...referenceTo(Problem), properties: types } },
      ...otherContent,
    },
  };
}

function refer(name: keyof typeof sharedResponses): object {
  return { $ref: `#/components/responses/${name}` };
}
