import * as v from "valibot";
import { EpochMs, Json, Milliseconds, Status, Tags } from "./http-answer-parts.ts";
import { DefinitionId, Version, WorkflowId } from "./ids.ts";

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

/** A visit to a node. */
export const visit = { nodeId: v.string(), visit: v.pipe(v.number(), v.description("Counted from 0.")) };
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
      children: v.exactOptional(
        v.pipe(
          v.object({ count: v.number(), lanes: v.number(), toleratedFailures: v.number() }),
          v.description("The child workflows that it waits for; `lanes` of them run at the same time."),
        ),
      ),
    }),
  ),
  joined: v.exactOptional(
    v.object({
      version: Version,
      count: v.number(),
      lanes: v.number(),
      failed: v.number(),
      isEarly: v.exactOptional(v.literal(true)),
      firstFailure: v.exactOptional(v.object({ workflowId: WorkflowId, error: v.string() })),
    }),
  ),
  abandoned: v.exactOptional(v.object({ version: Version, lanes: v.number() })),
  parent: v.exactOptional(
    v.pipe(
      v.object({ workflowId: WorkflowId, version: Version, index: v.number() }),
      v.description("The pause that waits for this workflow, and its place among the children of that pause."),
    ),
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
