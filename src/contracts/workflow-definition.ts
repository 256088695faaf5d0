import * as v from "valibot";
import type { WorkflowDefinition as EngineDefinition } from "../engine/index.ts";
import { DefinitionId, TagName } from "./ids.ts";
import { parse } from "./parse-error.ts";
import { assertPlain } from "./parse-json.ts";

const dayMs = 86_400_000;

/** The name of a node, an edge, a handle or a node type: it becomes a key of the context, so reserved names are refused. */
const Name = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_.:-]{1,64}$/, "must be 1 to 64 characters of A-Z a-z 0-9 _ . : -"),
  v.check((name) => !["__proto__", "constructor", "prototype"].includes(name), "is a reserved name"),
);

const milliseconds = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(0),
  v.maxValue(366 * dayMs, "must be at most 366 days"),
);
const errorCodes = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(128))), v.maxLength(50), v.readonly());

/** How failures of a node are retried: the engine's `RetryPolicy`. */
export const RetryPolicy = v.strictObject({
  maxAttempts: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  interval: milliseconds,
  backoff: v.picklist(["fixed", "exponential"]),
  maxDelay: v.exactOptional(milliseconds),
  jitter: v.exactOptional(v.picklist(["none", "full"])),
  retryOn: v.exactOptional(errorCodes),
  giveUpOn: v.exactOptional(errorCodes),
  maxElapsedTime: v.exactOptional(milliseconds),
});
export type RetryPolicy = v.InferOutput<typeof RetryPolicy>;

const Node = v.strictObject({
  id: Name,
  type: Name,
  data: v.optional(v.unknown(), {}),
  metadata: v.exactOptional(v.unknown()),
  timeoutMs: v.exactOptional(
    v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(900_000, "must be at most 900,000 ms")),
  ),
  retryPolicy: v.exactOptional(RetryPolicy),
  pauseTimeoutMs: v.exactOptional(v.pipe(milliseconds, v.minValue(1))),
  compensate: v.exactOptional(Name),
});

const Edge = v.strictObject({
  id: Name,
  source: Name,
  target: Name,
  sourceHandle: v.exactOptional(Name),
});

/** The most tags of one definition: each is an item more to write for every start. */
const maxTags = 5;

/** Where each business key stands in the input, as names joined by dots. */
const Tags = v.pipe(
  v.record(TagName, v.pipe(v.string(), v.regex(/^[^.]{1,64}(\.[^.]{1,64}){0,7}$/, "must be names joined by dots"))),
  v.check((tags) => Object.keys(tags).length <= maxTags, `must be at most ${maxTags}`),
  v.readonly(),
);

/** A workflow graph as it stands in a JSON file: its shape; whether the graph itself holds together is the engine's check. */
export const WorkflowDefinition = v.strictObject({
  /** For editors alone: no part of the graph, and so of its content hash (I15). `parseWorkflowDefinition` drops it. */
  $schema: v.exactOptional(v.string()),
  id: DefinitionId,
  startNodeId: v.exactOptional(Name),
  nodes: v.pipe(v.array(Node), v.minLength(1, "must have at least one node"), v.readonly()),
  edges: v.pipe(v.array(Edge), v.readonly()),
  maxSteps: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  longestDurationMs: v.exactOptional(
    v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(366 * dayMs, "must be at most 366 days")),
  ),
  tags: v.exactOptional(Tags),
});
export type WorkflowDefinition = v.InferOutput<typeof WorkflowDefinition>;

/** Checks the JSON of a definition; throws a `ParseError` whose path begins with `root` (say, the file's name). */
export function parseWorkflowDefinition(json: unknown, root = "$"): EngineDefinition {
  assertPlain(json, root);
  const { $schema, ...definition } = parse(WorkflowDefinition, json, root);
  return definition;
}
