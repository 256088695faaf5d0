import type { Context, Joined } from "./snapshot.ts";
import type { StandardSchemaV1 } from "./standard-schema.ts";

/** One node of a workflow graph: an id, the node type that runs, and its static configuration. */
export interface Node<TType extends string = string> {
  readonly id: string;
  readonly type: TType;
  /** Static configuration; transform engines run over it before validation. */
  readonly data: unknown;
  readonly metadata?: unknown;
  /** How long one attempt may take, ms; goes before the node type's. The host keeps it, through the step's signal. */
  readonly timeoutMs?: number;
  /** Goes before the node type's. */
  readonly retryPolicy?: RetryPolicy;
  /** How long a pause of this node may last, ms; then the workflow leaves by the handle `timeout`. */
  readonly pauseTimeoutMs?: number;
  /** The node that undoes this one when the workflow fails or is cancelled after it. */
  readonly compensate?: string;
}

/** A connection from a node (through one of its handles, or its default exit) to the next node. */
export interface Edge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** The `nextHandle` that takes this edge; absent for the default exit. */
  readonly sourceHandle?: string;
}

/** A workflow graph as it stands in a JSON file. */
export interface WorkflowDefinition {
  readonly id: string;
  /** The first node; when absent, the one node without an incoming edge. */
  readonly startNodeId?: string;
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  /** The most steps that one workflow may take; 10,000 when absent (DESIGN 3, difference 6). */
  readonly maxSteps?: number;
  /** The longest time from start to end; 30 days when absent, at most 366 days (DESIGN 4, retention). */
  readonly longestDurationMs?: number;
  /** The business keys that its workflows are found by: a name, and where the input has the value (`customer.email`). */
  readonly tags?: Readonly<Record<string, string>>;
}

/** How failures of a node are retried; `maxAttempts` counts the first attempt too (DESIGN 3, difference 2). */
export interface RetryPolicy {
  readonly maxAttempts: number;
  /** Milliseconds before the first retry. */
  readonly interval: number;
  /** `exponential` doubles the interval with every further attempt. */
  readonly backoff: "fixed" | "exponential";
  /** The longest delay before a retry, ms. */
  readonly maxDelay?: number;
  /** `full` takes a random delay from 0 to the one that the backoff yields; `none` when absent. */
  readonly jitter?: "none" | "full";
  /** Retries these error codes alone. */
  readonly retryOn?: readonly string[];
  /** Never retries these error codes; goes before `retryOn`. */
  readonly giveUpOn?: readonly string[];
  /** The longest time from the beginning of the first attempt to the beginning of the last one, ms. */
  readonly maxElapsedTime?: number;
}

/** The final failure of a node that an edge with the handle `error` caught. */
export interface CaughtError {
  readonly nodeId: string;
  readonly code: string;
  readonly message: string;
  /** How often the node was tried. */
  readonly attempts: number;
}

/** What a compensation undoes: one visit to a node that had succeeded. */
export interface Compensated {
  readonly nodeId: string;
  /** The number of that visit, counted from 0. */
  readonly visit: number;
  /** What it had resulted in. */
  readonly output: unknown;
}

/** One child workflow to start. */
export interface ChildStart {
  readonly definitionId: string;
  readonly input: unknown;
}

/** The child workflows that a pause waits for. */
export interface ChildrenPlan {
  readonly starts: readonly ChildStart[];
  /** How many run at the same time. */
  readonly maxConcurrency: number;
  /** How many may fail before the pause ends early. */
  readonly toleratedFailures: number;
}

/** How one child ended. */
export interface ChildResult {
  /** Its place in the plan, counted from 0. */
  readonly index: number;
  readonly workflowId: string;
  readonly status: "completed" | "failed";
  /** The output of its last node; a large one as a reference. */
  readonly output?: unknown;
  readonly error?: string;
}

/** What became of the children of a pause, in order: the results, or the objects that hold so many of them. */
export type ChildrenResults =
  | { readonly results: readonly ChildResult[] }
  | { readonly resultObjects: readonly ResultObject[] };

/** An object in the payload bucket: a JSON array of results. */
export interface ResultObject {
  readonly key: string;
  /** The place of its first result. */
  readonly first: number;
  readonly count: number;
  readonly sizeBytes: number;
}

/** What a resume token is to be like. */
export interface ResumeTokenOptions {
  /** How long it can be used, ms from now; without, for as long as the workflow waits. */
  readonly expiresInMs?: number;
}

/** What the engine tells an executor about the step that it runs (ours; the fifth executor argument). */
export interface StepContext {
  readonly workflowId: string;
  /** The node that runs; absent only in a step that no engine made. */
  readonly nodeId?: string;
  /** The snapshot version that this step advances. */
  readonly version: number;
  /** 1 for the first attempt of this visit to the node. */
  readonly attempt: number;
  /** Epoch ms at which this attempt began: the clock of nodes that need one. */
  readonly startedAt: number;
  /** The same for every attempt of this visit: hand it to services that deduplicate (an idempotency key). */
  readonly stepKey: string;
  /** Another for every attempt. */
  readonly attemptKey: string;
  /** Aborts when the step runs out of time; a node that ignores it goes on beside its own retry. */
  readonly signal: AbortSignal;
  /** The payload of the workflow's start, for nodes and expressions that run after the first one. */
  readonly input?: unknown;
  /** Whether the payload is that input, and no answer: at the first node, until it pauses. */
  readonly isStartPayload?: true;
  /** How the children ended that this node waited for. */
  readonly joined?: Joined;
  /** The workflow and its business keys, as far as the host knows them. */
  readonly workflow?: WorkflowFacts;
  /** The failure that led to this node, by an edge with the handle `error`. */
  readonly caughtError?: CaughtError;
  /** What this step undoes, when it is a compensation. */
  readonly compensates?: Compensated;
  /** What became of the children of `joined`, in order; by hosts that run children. Rejects as its store does. */
  collectChildren?(): Promise<ChildrenResults>;
  /**
   * Starts a workflow that nobody waits for, once per workflow id (the step's key when absent), and resolves to that
   * id; by hosts that can. Rejects with the terminal `workflow.refused`.
   */
  startWorkflow?(start: ChildStart & { readonly workflowId?: string }): Promise<string>;
  /** The secret that resumes the pause which this step may be about to make. */
  resumeToken(options?: ResumeTokenOptions): Promise<string>;
}

/** What expressions and executors may know of the workflow that they run in. */
export interface WorkflowFacts {
  readonly id: string;
  readonly version: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** What a host hands to `executeStep`; the engine adds the rest of the `StepContext`. */
export interface StepEnvironment {
  readonly signal: AbortSignal;
  /** Replaces the engine's own key of the attempt. */
  readonly attemptKey?: string;
  /** Attempts of this visit that ended with their process, and so left no result; they count for the retry policy. */
  readonly lostAttempts?: number;
  /** The workflow's business keys, for `workflow.tags`. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Applied to the text of an error before the snapshot keeps it: what the host hides from snapshots. */
  readonly redact?: (text: string) => string;
  collectChildren?(): Promise<ChildrenResults>;
  /** As of the `StepContext`; the id of one without comes from the step's key. */
  startWorkflow?(start: ChildStart & { readonly workflowId?: string }, stepKey: string): Promise<string>;
  resumeToken(options?: ResumeTokenOptions): Promise<string>;
}

/** What an executor resolves to. */
export interface NodeOutcome<TOutput = unknown> {
  readonly data: TOutput;
  /** Pauses the workflow at this node; `data` is kept and tells callers what is awaited. */
  readonly __pause?: true;
  /** Only with `__pause`: when the pause ends by itself (epoch ms); the node then runs with `{ timer: dueAt }`. */
  readonly dueAt?: number;
  /** The handle to leave by; absent for the default exit. */
  readonly nextHandle?: string;
  /** Only with `__pause`: child workflows to start; the node runs again with how they ended. */
  readonly children?: ChildrenPlan;
}

/** Standard Schemas of a node type; input is checked before the executor runs, output after. */
export interface NodeMetadata {
  /** What the type does, in a sentence or two: editors show it. */
  readonly description?: string;
  readonly input?: StandardSchemaV1;
  readonly output?: StandardSchemaV1;
  /**
   * What a resume may bring: the host refuses every other payload, and a page for people is made from it. The executor
   * is given the payload as it came, unless `defineNode` made it.
   */
  readonly externalPayload?: StandardSchemaV1;
  readonly [key: string]: unknown;
}

/** A node type: its schemas, its retry policy, its exits and its code. */
export interface NodeDefinition<TInput = unknown, TOutput = unknown, TGlobals = unknown> {
  readonly metadata?: NodeMetadata;
  readonly retryPolicy?: RetryPolicy;
  /**
   * The handles that `nextHandle` may name, for all nodes of this type or by a node's data; when absent, none is checked
   * (DESIGN 3, difference 5).
   */
  readonly handles?: readonly string[] | ((data: unknown) => readonly string[]);
  /** How long one attempt may take, ms, unless the node says otherwise. */
  readonly timeoutMs?: number;
  executor(
    data: TInput,
    context: Context,
    externalPayload?: unknown,
    globals?: TGlobals,
    step?: StepContext,
  ): Promise<NodeOutcome<TOutput>>;
}

/** Node types by name. */
export type NodesDefinition = Readonly<Record<string, NodeDefinition>>;
