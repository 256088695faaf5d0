import { type JsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import type * as v from "valibot";
import * as answers from "../src/contracts/http-answers.ts";
import {
  HttpAnswerBody,
  HttpCancelBody,
  HttpResumeBody,
  HttpRetryBody,
  HttpStartBody,
  PageLimit,
} from "../src/contracts/http-event.ts";
import { GatewayAnswer, Problem } from "../src/contracts/http-problems.ts";
import { WorkflowAnswer } from "../src/contracts/http-workflow-answer.ts";
import { DefinitionId, Version, WorkflowId } from "../src/contracts/ids.ts";
import { IncomingObject } from "../src/contracts/incoming-object.ts";

type Schemas = Readonly<Record<string, v.GenericSchema>>;

/** The schemas that stand under `components`, by the names that they have there. */
const named: Schemas = {
  WorkflowId,
  DefinitionId,
  Version,
  PageLimit,
  IncomingObject,
  StartRequest: HttpStartBody,
  ResumeRequest: HttpResumeBody,
  CancelRequest: HttpCancelBody,
  RetryRequest: HttpRetryBody,
  AnswerRequest: HttpAnswerBody,
  // A module lists its exports in an order of its host's.
  ...Object.fromEntries(Object.entries({ ...answers, WorkflowAnswer }).sort(([a], [b]) => (a < b ? -1 : 1))),
  Problem,
  GatewayAnswer,
};

const nameBySchema = new Map(Object.entries(named).map(([name, schema]) => [schema, name]));

/** Every schema under `components`: of requests what is sent, not what it is parsed to. */
export function componentSchemas(): Readonly<Record<string, JsonSchema>> {
  // In a query everything is text; a client has a number.
  return { ...convert(named), PageLimit: { type: "integer", minimum: 1, maximum: 100 } };
}

/** The schema under `components` that this one is; throws a `TypeError` when it has no name there. */
export function referenceTo(schema: v.GenericSchema): JsonSchema {
  const name = nameBySchema.get(schema);
  if (name === undefined) throw new TypeError("A schema of src/contracts/http-routes.ts has no name in this file");
  return { $ref: pathOf(name) };
}

/** Schemas that have no name of their own, such as those of query parameters. */
export function inlineSchemas(schemas: Schemas): Readonly<Record<string, JsonSchema>> {
  const converted = convert({ ...named, ...prefixed(schemas) });
  return Object.fromEntries(Object.keys(schemas).map((name) => [name, converted[`inline ${name}`] ?? {}]));
}

function prefixed(schemas: Schemas): Schemas {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [`inline ${name}`, schema]));
}

function convert(schemas: Schemas): Readonly<Record<string, JsonSchema>> {
  return toJsonSchemaDefs(schemas, {
    target: "draft-2020-12",
    typeMode: "input",
    // What has no equivalent: reserved names, bytes instead of characters.
    ignoreActions: ["check", "max_bytes", "readonly"],
    overrideRef: ({ referenceId }) => pathOf(referenceId),
  });
}

function pathOf(name: string): string {
  return `#/components/schemas/${name}`;
}
