import type * as v from "valibot";
import {
  DefinitionAnswer,
  DefinitionsAnswer,
  HistoryAnswer,
  ListAnswer,
  OpenApiAnswer,
  PauseAnswer,
  StartAnswer,
  VersionAnswer,
} from "./http-answers.ts";
import {
  HttpAnswerBody,
  HttpCancelBody,
  HttpHistoryQuery,
  HttpListQuery,
  HttpResumeBody,
  HttpRetryBody,
  HttpStartBody,
} from "./http-event.ts";
import type { ProblemCode } from "./http-problems.ts";
import { WorkflowAnswer } from "./http-workflow-answer.ts";

/** What a caller must be allowed: a scope of its JWT without `refluxo/`, or nothing beyond the token in the path. */
export type RouteScope = "read" | "start" | "resume" | "operate" | "none";

/** The answer to a request that was granted. */
export interface RouteAnswer {
  readonly status: number;
  readonly description: string;
  /** None for an answer without a body. */
  readonly schema?: v.GenericSchema;
  /** A page for people, instead of or beside the schema. */
  readonly isPage?: boolean;
  /** Whether the header `Location` names what was made. */
  readonly hasLocation?: boolean;
}

/** One route of the HTTP API, as the OpenAPI document describes it. */
export interface HttpRoute {
  readonly method: "GET" | "POST" | "DELETE";
  /** With the path parameters `workflowId`, `definitionId` and `token`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly scope: RouteScope;
  /** An object schema: one query parameter for each entry. */
  readonly query?: { readonly entries: Readonly<Record<string, v.GenericSchema>> };
  /** Request headers by name. */
  readonly headers?: readonly ("Idempotency-Key" | "X-Resume-Token")[];
  /** `isForm`: a page's form is taken as well. */
  readonly body?: { readonly schema: v.GenericSchema; readonly isRequired: boolean; readonly isForm?: boolean };
  readonly answer: RouteAnswer;
  /** What a page's form is answered by: pages, by status. */
  readonly pages?: Readonly<Record<number, string>>;
  readonly problems: readonly ProblemCode[];
}

const pageNote = "Every page but the last names a `nextCursor`; a page may be short, and still have a next one.";

/** Every route of the HTTP API: the table that the OpenAPI document is made from, compared with template.yaml. */
export const httpRoutes: readonly HttpRoute[] = [
  {
    method: "POST",
    path: "/workflows",
    operationId: "startWorkflow",
    summary: "Start a workflow",
    description:
      "Safe to repeat with a `workflowId` or the header `Idempotency-Key` (one of them): the same request answers the same, another body under the same name is a conflict. Without either, every request starts a workflow.",
    scope: "start",
    headers: ["Idempotency-Key"],
    body: { schema: HttpStartBody, isRequired: true },
    answer: { status: 202, description: "Started, now or before.", schema: StartAnswer, hasLocation: true },
    problems: ["invalid", "conflict", "too-large", "media-type"],
  },
  {
    method: "GET",
    path: "/workflows",
    operationId: "listWorkflows",
    summary: "List workflows, newest start first",
    description: `Filters go together; without any, all are listed. ${pageNote}`,
    scope: "read",
    query: HttpListQuery,
    answer: { status: 200, description: "One page.", schema: ListAnswer },
    problems: ["invalid"],
  },
  {
    method: "GET",
    path: "/workflows/{workflowId}",
    operationId: "getWorkflow",
    summary: "Read a workflow",
    description:
      "The snapshot: where it stands, and every result. Large values are shown up to 2 MiB together; when the results are too many for one answer, `context` is a reference to the history.",
    scope: "read",
    answer: { status: 200, description: "The newest snapshot.", schema: WorkflowAnswer },
    problems: ["invalid", "not-found"],
  },
  {
    method: "DELETE",
    path: "/workflows/{workflowId}",
    operationId: "deleteWorkflow",
    summary: "Delete a workflow that has ended",
    description: "Nothing of it is left, but that its id is used up. Safe to repeat.",
    scope: "operate",
    answer: { status: 204, description: "Deleted, now or before." },
    problems: ["invalid", "not-found", "conflict"],
  },
  {
    method: "GET",
    path: "/workflows/{workflowId}/history",
    operationId: "getHistory",
    summary: "Read a workflow's transitions, oldest first",
    description: pageNote,
    scope: "read",
    query: HttpHistoryQuery,
    answer: { status: 200, description: "One page.", schema: HistoryAnswer },
    problems: ["invalid", "not-found"],
  },
  {
    method: "POST",
    path: "/workflows/{workflowId}/resume",
    operationId: "resumeWorkflow",
    summary: "Resume a paused workflow",
    description:
      "With a resume token (in the body or the header `X-Resume-Token`), or as an operator without. The token or `version` names the pause, which makes it safe to repeat; without either the newest pause is meant.",
    scope: "resume",
    headers: ["X-Resume-Token"],
    body: { schema: HttpResumeBody, isRequired: true },
    answer: { status: 202, description: "Resumed; `version` is the pause.", schema: VersionAnswer },
    problems: ["invalid", "forbidden", "expired", "not-found", "too-early", "conflict", "too-large", "media-type"],
  },
  {
    method: "POST",
    path: "/workflows/{workflowId}/cancel",
    operationId: "cancelWorkflow",
    summary: "Cancel a workflow, whatever it is doing",
    description: "The result of a step that runs is dropped. Safe to repeat.",
    scope: "operate",
    body: { schema: HttpCancelBody, isRequired: false },
    answer: { status: 200, description: "Cancelled, now or before; `version` is its last.", schema: VersionAnswer },
    problems: ["invalid", "not-found", "conflict", "too-large", "media-type"],
  },
  {
    method: "POST",
    path: "/workflows/{workflowId}/retry",
    operationId: "retryWorkflow",
    summary: "Let a failed workflow go on from the node that it failed at",
    description: "`version` names the failure, which makes it safe to repeat; without, the newest version is meant.",
    scope: "operate",
    body: { schema: HttpRetryBody, isRequired: false },
    answer: { status: 202, description: "Retried; `version` is the failure.", schema: VersionAnswer },
    problems: ["invalid", "not-found", "conflict", "too-large", "media-type"],
  },
  {
    method: "GET",
    path: "/definitions",
    operationId: "listDefinitions",
    summary: "List the workflow definitions of this deployment",
    scope: "read",
    answer: { status: 200, description: "All of them, by id.", schema: DefinitionsAnswer },
    problems: [],
  },
  {
    method: "GET",
    path: "/definitions/{definitionId}",
    operationId: "getDefinition",
    summary: "Read a definition, as JSON and as a Mermaid flowchart",
    scope: "read",
    answer: { status: 200, description: "The definition that new workflows start with.", schema: DefinitionAnswer },
    problems: ["invalid", "not-found"],
  },
  {
    method: "GET",
    path: "/openapi.json",
    operationId: "getOpenApi",
    summary: "Read this document",
    scope: "read",
    answer: { status: 200, description: "OpenAPI 3.1.", schema: OpenApiAnswer },
    problems: [],
  },
  {
    method: "GET",
    path: "/resume/{workflowId}/{token}",
    operationId: "showPause",
    summary: "Show what a pause asks for",
    description:
      "The resume token in the path is the authority. To look at it changes nothing. A browser gets a page with a form; `accept: application/json` asks for JSON.",
    scope: "none",
    answer: {
      status: 200,
      description: "The question, for a person or a program, or that it is over.",
      schema: PauseAnswer,
      isPage: true,
    },
    problems: ["forbidden", "expired", "not-found", "too-early"],
  },
  {
    method: "POST",
    path: "/resume/{workflowId}/{token}",
    operationId: "answerPause",
    summary: "Answer a pause",
    description:
      "The resume token in the path is the authority. The same answer again answers the same, another is a conflict. A payload that the node's type does not take is refused and uses nothing up. The page's form is answered by a page.",
    scope: "none",
    body: { schema: HttpAnswerBody, isRequired: true, isForm: true },
    answer: { status: 202, description: "Answered, by a program.", schema: VersionAnswer },
    pages: { 200: "Answered, by a form.", 422: "The form, with what is to be corrected." },
    problems: ["invalid", "forbidden", "expired", "not-found", "too-early", "conflict", "too-large", "media-type"],
  },
];
