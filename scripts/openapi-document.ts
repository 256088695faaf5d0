import manifest from "../package.json" with { type: "json" };
import { HttpResumeBody, IdempotencyKey } from "../src/contracts/http-event.ts";
import { type HttpRoute, httpRoutes, type RouteScope } from "../src/contracts/http-routes.ts";
import { DefinitionId, WorkflowId } from "../src/contracts/ids.ts";
import { responsesOf, sharedResponses } from "./openapi-responses.ts";
import { componentSchemas, inlineSchemas, referenceTo } from "./openapi-schemas.ts";

const description = `Starts, reads, resumes and operates durable workflows. Every error of the API is \`application/problem+json\`
(RFC 9457) with a stable \`type\`; API Gateway's own are \`{"message"}\`. A query parameter or field that is not described here is
refused with 400. Beside \`npm start\` the bearer is the development key that it prints.`;

const tokenSchema = { type: "string", maxLength: 512 };

/** The parameters in paths and headers, by name. */
const parameters: Readonly<Record<string, object>> = {
  workflowId: { schema: referenceTo(WorkflowId) },
  definitionId: { schema: referenceTo(DefinitionId) },
  token: { schema: tokenSchema, description: "The resume token." },
  "Idempotency-Key": {
    schema: inlineSchemas({ IdempotencyKey })["IdempotencyKey"],
    description: "Names the start in place of `workflowId`: one key is one workflow.",
  },
  "X-Resume-Token": {
    schema: inlineSchemas({ token: HttpResumeBody.entries.token })["token"],
    description: "The resume token; the body's goes before it.",
  },
};

/** What the parameters of queries mean, by name. */
const queryNotes: Readonly<Record<string, string>> = {
  status: "Only workflows with this status.",
  definitionId: "Only workflows of this definition.",
  tag: "Only workflows with this business key: a name that the definition declares, a colon, a value.",
  startedFrom: "Only workflows that started then or later.",
  startedBefore: "Only workflows that started before.",
  limit: "The most items of a page.",
  cursor: "The `nextCursor` of the page before; opaque.",
};

/** The OpenAPI 3.1 document of the HTTP API, made from src/contracts/http-routes.ts and the schemas that it names. */
export function buildOpenApi(): object {
  const byPath = Map.groupBy(httpRoutes, ({ path }) => path);
  const operations = (routes: readonly HttpRoute[]) =>
    Object.fromEntries(routes.map((route) => [route.method.toLowerCase(), operationOf(route)]));
  return {
    openapi: "3.1.1",
    info: {
      title: "Refluxo dispatcher",
      version: manifest.version,
      description: description.replaceAll("\n", " "),
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [
      {
        url: "https://{apiId}.execute-api.{region}.amazonaws.com",
        description: "The output ApiUrl of the stack.",
        variables: { apiId: { default: "a1b2c3d4e5" }, region: { default: "eu-central-1" } },
      },
      { url: "http://127.0.0.1:3000", description: "npm start" },
    ],
    paths: Object.fromEntries([...byPath].map(([path, routes]) => [path, operations(routes)])),
    components: {
      schemas: componentSchemas(),
      responses: sharedResponses,
      securitySchemes: {
        iam: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          description: "AWS Signature Version 4 of the service execute-api.",
          "x-amazon-apigateway-authtype": "awsSigv4",
        },
        jwt: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "Of the issuer that the stack's parameter JwtIssuer names, with the operation's scope.",
        },
      },
    },
  };
}

function operationOf(route: HttpRoute): object {
  const { operationId, summary, scope, body } = route;
  const given = parametersOf(route);
  return {
    operationId,
    summary,
    ...(route.description !== undefined && { description: route.description }),
    security: securityOf(scope),
    ...(given.length > 0 && { parameters: given }),
    ...(body !== undefined && { requestBody: requestBodyOf(body) }),
    responses: responsesOf(route),
  };
}

/** Either one opens the route; an empty list opens it to everybody. */
function securityOf(scope: RouteScope): readonly object[] {
  return scope === "none" ? [] : [{ iam: [] }, { jwt: [`refluxo/${scope}`] }];
}

function requestBodyOf({ schema, isRequired, isForm }: NonNullable<HttpRoute["body"]>): object {
  const content = {
    "application/json": { schema: referenceTo(schema) },
    ...(isForm && { "application/x-www-form-urlencoded": { schema: { type: "object" } } }),
  };
  return { required: isRequired, content };
}

function parametersOf({ path, query, headers = [] }: HttpRoute): readonly object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    ...{ name, in: "path", required: true },
    ...parameters[name],
  }));
  const inHeaders = headers.map((name) => ({ name, in: "header", ...parameters[name] }));
  const inQuery = Object.entries(inlineSchemas(query?.entries ?? {})).map(([name, schema]) => ({
    ...{ name, in: "query", description: queryNotes[name] },
    // A default is text in the contract, as a query has it.
    schema: name === "limit" ? { ...schema, default: Number(schema.default) } : schema,
  }));
  return [...inPath, ...inHeaders, ...inQuery];
}
