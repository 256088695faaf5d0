import * as v from "valibot";
import { DefinitionId, maxTagLength, TagName, Version, WorkflowId } from "./ids.ts";
import { RetryPolicy } from "./workflow-definition.ts";

const EpochMs = v.pipe(v.number(), v.description("Epoch milliseconds."));
const Milliseconds = v.pipe(v.number(), v.description("Milliseconds."));
const Status = v.picklist(["active", "paused", "error", "completed", "failed"]);
const Tags = v.pipe(v.record(TagName, v.pipe(v.string(), v.maxLength(maxTagLength))), v.readonly());
const Json = v.pipe(
  v.unknown(),
  v.description('Any JSON value. One too large to show stands as `{ "$reference": { key, sizeBytes, sha256 } }`.'),
);

/** 202 of `POST /workflows`. */
export const StartAnswer = v.object({ workflowId: WorkflowId });
export type StartAnswer = v.InferOutput<typeof StartAnswer>;

/** What a resume, a cancel or a retry led on from or to: the workflow and a version of it. */
export const VersionAnswer = v.object({ workflowId: WorkflowId, version: Version });
export type VersionAnswer = v.InferOutput<typeof VersionAnswer>;

const NodeResult = v.object({
  output: Json,
  timestamp: EpochMs,
  error: v.exactOptional(v.string()),
  errorCode: v.exactOptional(v.pipe(v.string(), v.description("What the error calls itself."))),
  caught: v.exactOptional(
    v.pipe(v.literal(true), v.description("The workflow went on by the edge with the handle `error`.")),
  ),
  attempt: v.number(),
  inputDigest: v.exactOptional(v.string()),
});

const Context = v.pipe(
  v.record(v.string(), v.pipe(v.array(NodeResult), v.readonly())),
  v.description("Every result of every node, in order."),
);

const ContextReference = v.pipe(
  v.strictObject({ $reference: v.strictObject({ href: v.string() }) }),
  v.description("Stands for results that are too many for one answer: the history has them, a page at a time."),
);

const CaughtError = v.pipe(
  v.object({ nodeId: v.string(), code: v.string(), message: v.string(), attempts: v.number() }),
  v.description("The failure that led to the current node by an edge with the handle `error`."),
);

const visit = { nodeId: v.string(), visit: v.pipe(v.number(), v.description("Counted from 0.")) };
const UndoEntry = v.object({ ...visit, by: v.pipe(v.string(), v.description("The node that undoes the visit.")) });

const Compensation = v.pipe(
  v.object({
    failedReason: v.string(),
    cancelReason: v.exactOptional(v.string()),
    failedNodeId: v.nullable(v.string()),
    undone: v.pipe(v.number(), v.description("How many visits were undone.")),
    failedCount: v.pipe(v.number(), v.description("How many could not be.")),
    failed: v.pipe(
      v.array(v.object({ ...visit, error: v.string() })),
      v.readonly(),
      v.description("The first 20 of them."),
    ),
  }),
  v.description("While what the workflow did is being undone: how far that is, and what it will end with."),
);

/** 200 of `GET /workflows/{workflowId}`. */
export const WorkflowAnswer = v.object({
  workflowId: WorkflowId,
  definitionId: DefinitionId,
  definitionHash: v.string(),
  status: Status,
  currentNodeId: v.nullable(v.string()),
  context: v.union([ContextReference, Context]),
  version: Version,
  startedAt: EpochMs,
  lastStartedAt: v.exactOptional(EpochMs),
  totalExecutionTime: v.exactOptional(Milliseconds),
  metadata: v.record(v.string(), v.unknown()),
  retryState: v.exactOptional(
    v.object({
      nodeId: v.string(),
      attempts: v.number(),
      nextRetryAt: v.exactOptional(EpochMs),
      firstAttemptAt: v.exactOptional(EpochMs),
    }),
  ),
  stepCount: v.exactOptional(v.number()),
  input: v.exactOptional(Json),
  externalPayload: v.exactOptional(Json),
  pause: v.exactOptional(
    v.object({
      nodeId: v.string(),
      data: v.exactOptional(Json),
      dueAt: v.exactOptional(EpochMs),
      isTimeout: v.exactOptional(
        v.pipe(v.literal(true), v.description("At `dueAt` the workflow leaves the node by the handle `timeout`.")),
      ),
    }),
  ),
  pauseDeadline: v.exactOptional(EpochMs),
  caughtError: v.exactOptional(CaughtError),
  undo: v.exactOptional(
    v.pipe(
      v.array(UndoEntry),
      v.readonly(),
      v.description("What is undone, the last first, if the workflow fails or is cancelled; the newest 100 alone."),
    ),
  ),
  compensation: v.exactOptional(Compensation),
  tags: v.exactOptional(Tags),
});
export type WorkflowAnswer = v.InferOutput<typeof WorkflowAnswer>;

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
  type: v.picklist(["step", "resume", "timer", "cancel", "fail", "retry", "erase"]),
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
