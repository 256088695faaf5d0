import fc from "fast-check";
import { parseEvent } from "../../src/triggers/index.ts";
import { bindings, readSample } from "../triggers/sample.ts";
import { checkConversation } from "./check-api.ts";
import { checkNeighbours, checkParse } from "./check-parse.ts";
import { hostileOrLarge, mostly } from "./hostile-values.ts";
import {
  eventBridgeS3,
  eventBridgeSchedule,
  httpRequest,
  message,
  s3Notification,
  sqsBatch,
  sqsRecord,
} from "./made-events.ts";
import { mutated, mutatedSample } from "./mutated-sample.ts";
import type { Observation } from "./observation.ts";

/** One contract under fuzzing. */
export interface FuzzTarget {
  readonly name: string;
  /** Inputs as JSON, which is how every event arrives; a failing one can be read and kept. */
  readonly inputs: fc.Arbitrary<string>;
  /** Throws when the input does harm. */
  check(input: string): Observation | Promise<Observation>;
}

/** Each route of the HTTP API by the name of its sample. */
const routes = {
  "http-start": "POST /workflows",
  "http-list": "GET /workflows",
  "http-get": "GET /workflows/{workflowId}",
  "http-history": "GET /workflows/{workflowId}/history",
  "http-resume": "POST /workflows/{workflowId}/resume",
  "http-cancel": "POST /workflows/{workflowId}/cancel",
  "http-retry": "POST /workflows/{workflowId}/retry",
  "http-delete": "DELETE /workflows/{workflowId}",
  "http-definitions": "GET /definitions",
  "http-definition": "GET /definitions/{definitionId}",
  "http-openapi": "GET /openapi.json",
  "http-show-pause": "GET /resume/{workflowId}/{token}",
  "http-answer-pause": "POST /resume/{workflowId}/{token}",
  "http-answer-pause.machine": "POST /resume/{workflowId}/{token}",
};
const anyRoute = fc.constantFrom(...Object.values(routes), "DELETE /workflows");

/** How many requests one conversation with the API has at most. */
const maxRequests = 8;

/** Every contract: each kind of event by the name of its sample, records beside a hostile one, and the HTTP API. */
export const fuzzTargets: readonly FuzzTarget[] = [
  parsing("sqs", sqsBatch),
  parsing("sqs-s3", sqsBatch),
  parsing("s3", s3Notification),
  parsing("eventbridge-s3", eventBridgeS3),
  parsing("eventbridge-schedule", eventBridgeSchedule),
  parsing("direct", message),
  ...Object.entries(routes).map(([name, route]) => parsing(name, httpRequest(fc.constant(route)))),
  { name: "sqs-neighbours", inputs: asJson(hostileBatch()), check: (json) => checkNeighbours(parse, json) },
  { name: "http-api", inputs: asJson(conversation()), check: (json) => checkConversation(json) },
];

function parse(event: unknown) {
  return parseEvent(event, bindings);
}

/** Mutations of the sample, events made from scratch, and now and then anything. */
function parsing(name: string, made: fc.Arbitrary<unknown>): FuzzTarget {
  const events = mostly(fc.oneof(mutatedSample(`${name}.json`), made));
  return { name, inputs: asJson(events), check: (json) => checkParse(parse, json) };
}

/** Records as they are, or changed but still from SQS, around one that may be anything. */
function hostileBatch(): fc.Arbitrary<unknown> {
  const samples = [...recordsOf("sqs.json"), ...recordsOf("sqs-s3.json")];
  const changed = fc.oneof(...samples.map(mutated), sqsRecord).map((record) => {
    return typeof record === "object" && record !== null ? { ...record, eventSource: "aws:sqs" } : samples[0];
  });
  return fc.record({
    others: fc.array(fc.oneof(fc.constantFrom(...samples), changed), { minLength: 1, maxLength: 9 }),
    hostile: fc.oneof(sqsRecord, ...samples.map(mutated), hostileOrLarge),
    at: fc.nat(9),
  });
}

function recordsOf(file: string): readonly unknown[] {
  const { Records } = readSample(file) as { readonly Records: readonly unknown[] };
  return Records;
}

/** Requests to one API after each other. What API Gateway itself writes, the format's version, is left alone. */
function conversation(): fc.Arbitrary<unknown> {
  const samples = Object.keys(routes).map((name) => mutatedSample(`${name}.json`));
  const request = fc.oneof(...samples, httpRequest(anyRoute)).map((event) => {
    return typeof event === "object" && event !== null ? { ...event, version: "2.0" } : event;
  });
  return fc.array(request, { minLength: 1, maxLength: maxRequests, size: "max" });
}

function asJson(values: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return values.map((value) => JSON.stringify(value) ?? "null");
}
