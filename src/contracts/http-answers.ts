import * as v from "valibot";
import { EpochMs, Json, Milliseconds, Status, Tags } from "./http-answer-parts.ts";
import { visit } from "./http-workflow-answer.ts";
import { DefinitionId, Version, WorkflowId } from "./ids.ts";
import { RetryPolicy } from "./workflow-definition.ts";

/** 202 of `POST /workflows`. */
export const StartAnswer = v.object({ workflowId: WorkflowId });
export type StartAnswer = v.InferOutput<typeof StartAnswer>;

/** What a resume, a cancel or a retry led on from or to: the workflow and a version of it. */
export const VersionAnswer = v.object({ workflowId: WorkflowId, version: Version });
export type VersionAnswer = v.InferOutput<typeof VersionAnswer>;

const NextCursor = v.pipe(v.string(), v.description("The `cursor` of the next page; absent on the last one."));

const WorkflowSummary = v.object({
  workflowId: WorkflowId,
  definitionId: DefinitionId,
  status: Status,
  version: Version,
  startedAt: EpochMs,
  tags: v.exactOptional(Tags),
  failedReason: v.exactOptional(v.string()),
});

/** 200 of `GET /workflows`. */
export const ListAnswer = v.object({
  workflows: v.pipe(v.array(WorkflowSummary), v.readonly()),
  nextCursor: v.exactOptional(NextCursor),
});
export type ListAnswer = v.InferOutput<typeof ListAnswer>;

const HistoryEntry = v.object({
  version: v.pipe(Version, v.description("The version that it led on from.")),
  type: v.picklist(["step", "resume", "timer", "join", "cancel", "fail", "retry", "erase"]),
  nodeId: v.nullable(v.string()),
  status: v.pipe(Status, v.description("The status after it.")),
  attempt: v.exactOptional(v.number()),
  at: v.exactOptional(EpochMs),
  durationMs: v.exactOptional(Milliseconds),
  inputDigest: v.exactOptional(v.string()),
  output: v.exactOptional(Json),
  error: v.exactOptional(v.string()),
  errorCode: v.exactOptional(v.string()),
  caught: v.exactOptional(v.literal(true)),
  isUndone: v.exactOptional(
    v.pipe(v.literal(true), v.description("It failed or was cancelled here, and is undone from here on.")),
  ),
  compensates: v.exactOptional(
    v.pipe(v.object(visit), v.description("The visit that this step undid, or could not undo.")),
  ),
  by: v.exactOptional(v.pipe(v.string(), v.description("Who asked for it."))),
  nextRetryAt: v.exactOptional(EpochMs),
  reason: v.exactOptional(v.string()),
});

/** 200 of `GET /workflows/{workflowId}/history`. */
export const HistoryAnswer = v.object({
  workflowId: WorkflowId,
  definitionId: DefinitionId,
  startedAt: EpochMs,
  startedBy: v.exactOptional(v.string()),
  entries: v.pipe(v.array(HistoryEntry), v.readonly()),
  nextCursor: v.exactOptional(NextCursor),
});
export type HistoryAnswer = v.InferOutput<typeof HistoryAnswer>;

const definitionSummary = { id: DefinitionId, hash: v.string() };

/** 200 of `GET /definitions`. */
export const DefinitionsAnswer = v.object({
  definitions: v.pipe(v.array(v.object(definitionSummary)), v.readonly()),
});
export type DefinitionsAnswer = v.InferOutput<typeof DefinitionsAnswer>;

const Node = v.object({
  id: v.string(),
  type: v.string(),
  data: v.unknown(),
  metadata: v.exactOptional(v.unknown()),
  timeoutMs: v.exactOptional(Milliseconds),
  retryPolicy: v.exactOptional(RetryPolicy),
  pauseTimeoutMs: v.exactOptional(Milliseconds),
  compensate: v.exactOptional(v.string()),
});

const Edge = v.object({
  id: v.string(),
  source: v.string(),
  target: v.string(),
  sourceHandle: v.exactOptional(v.string()),
});

/** 200 of `GET /definitions/{definitionId}`. */
export const DefinitionAnswer = v.object({
  ...definitionSummary,
  definition: v.object({
    id: DefinitionId,
    startNodeId: v.exactOptional(v.string()),
    nodes: v.pipe(v.array(Node), v.readonly()),
    edges: v.pipe(v.array(Edge), v.readonly()),
    maxSteps: v.exactOptional(v.number()),
    longestDurationMs: v.exactOptional(Milliseconds),
    tags: v.exactOptional(v.pipe(v.record(v.string(), v.string()), v.readonly())),
  }),
  mermaid: v.pipe(v.string(), v.description("The same graph as a Mermaid flowchart.")),
});
export type DefinitionAnswer = v.InferOutput<typeof DefinitionAnswer>;

/** 200 of `GET /resume/{workflowId}/{token}`, for a program; all but the first three while it waits. */
export const PauseAnswer = v.object({
  workflowId: WorkflowId,
  version: Version,
  state: v.picklist(["waiting", "answered", "timed-out", "ended", "passed"]),
  title: v.exactOptional(v.string()),
  data: v.exactOptional(v.pipe(v.unknown(), v.description("What the node says of what it awaits: any JSON value."))),
  isLeftOut: v.exactOptional(v.pipe(v.literal(true), v.description("The data is too large to be shown."))),
  until: v.exactOptional(v.pipe(EpochMs, v.description("Epoch milliseconds at which it can no longer be answered."))),
  payloadSchema: v.exactOptional(
    v.pipe(
      v.looseObject({}),
      v.readonly(),
      v.description("JSON Schema of the payload that answers, where it is known."),
    ),
  ),
});
export type PauseAnswer = v.InferOutput<typeof PauseAnswer>;

/** 200 of `GET /openapi.json`: this document. */
export const OpenApiAnswer = v.looseObject({ openapi: v.pipe(v.string(), v.startsWith("3.1.")) });
export type OpenApiAnswer = v.InferOutput<typeof OpenApiAnswer>;
