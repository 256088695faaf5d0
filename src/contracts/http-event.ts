import * as v from "valibot";
import { DefinitionId, Version, WorkflowId } from "./ids.ts";
import { IncomingObject } from "./incoming-object.ts";

const textByName = v.record(v.string(), v.nullish(v.string()));

/**
 * What we read of an API Gateway HTTP API request, payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const HttpEvent = v.looseObject({
  version: v.literal("2.0"),
  routeKey: v.string(),
  headers: v.nullish(textByName, {}),
  pathParameters: v.nullish(textByName, {}),
  body: v.nullish(v.string()),
  isBase64Encoded: v.nullish(v.boolean(), false),
  requestContext: v.looseObject({
    requestId: v.pipe(v.string(), v.nonEmpty("must not be empty")),
    authorizer: v.nullish(v.looseObject({ iam: v.optional(v.unknown()), jwt: v.optional(v.unknown()) })),
  }),
});
export type HttpEvent = v.InferOutput<typeof HttpEvent>;

/** The body of `POST /workflows`. */
export const HttpStartBody = v.strictObject({
  definitionId: DefinitionId,
  workflowId: v.optional(WorkflowId),
  input: v.optional(v.unknown(), null),
  inputObject: v.exactOptional(IncomingObject),
});
export type HttpStartBody = v.InferOutput<typeof HttpStartBody>;

/** The body of `POST /workflows/{workflowId}/resume`; without a `version` the newest pause is meant. */
export const HttpResumeBody = v.strictObject({
  token: v.optional(v.pipe(v.string(), v.maxLength(512, "must be at most 512 characters"))),
  payload: v.optional(v.unknown(), null),
  payloadObject: v.exactOptional(IncomingObject),
  version: v.optional(Version),
});
export type HttpResumeBody = v.InferOutput<typeof HttpResumeBody>;
