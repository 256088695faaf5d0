import { RefluxoError, type Transition, type WorkflowDefinition, type WorkflowStatus } from "../engine/index.ts";
import type { LiveWorkflowReader } from "../ports/live-workflow-reader.ts";
import type { WorkflowReader } from "../ports/workflow-reader.ts";
import type { Head } from "../ports/workflow-store.ts";
import type { DefinitionCatalog, LoadedDefinition } from "./definition-catalog.ts";
import { mapWithConcurrency } from "./map-with-concurrency.ts";
import { decodeTransition } from "./transition-codec.ts";

/** A workflow that has not ended. */
export interface LiveWorkflow {
  readonly workflowId: string;
  readonly definitionId: string;
  readonly definitionHash: string;
  /** Where it is; not asked for where the checkout has its very graph. */
  readonly currentNodeId?: string;
}

/** A graph that live workflows run on and nobody can read: why. */
export interface UnreadableGraph {
  readonly problem: string;
}

/** All live workflows, and the graphs of those that the checkout has not: what a plan is made of. */
export interface LiveWorkflows {
  readonly live: readonly LiveWorkflow[];
  readonly stored: ReadonlyMap<string, WorkflowDefinition | UnreadableGraph>;
}

/** What the sweep works with. */
export interface LiveParts {
  readonly live: LiveWorkflowReader;
  readonly reader: Pick<WorkflowReader, "readHeads">;
  /** The checkout's. */
  readonly definitions: DefinitionCatalog;
  /** Epoch ms; what may be deleted by then is gone. */
  readonly now: number;
  /** Hears how many heads and how many current nodes were read, at times. */
  onProgress?(progress: LiveProgress): void;
}

/** How far the sweep is. */
export interface LiveProgress {
  readonly type: "heads" | "nodes";
  readonly done: number;
  readonly total: number;
}

/** How many heads are read at a time, one request of DynamoDB: a live system reads beside this. */
const headsPerBatch = 100;
/** How many workflows are looked at at the same time. */
const concurrency = 8;
/** After how many workflows their current nodes are reported. */
const nodesPerReport = 1_000;

/**
 * Reads which workflows are live, on which graph, and at which node: the node only where the checkout has another
 * graph, from the newest committed version. Throws what the store throws, and `store.gap` as `loadWorkflow` does.
 */
export async function readLiveWorkflows(parts: LiveParts): Promise<LiveWorkflows> {
  const heads = await readLiveHeads(parts);
  const known = new Set(parts.definitions.list().map(({ hash }) => hash));
  const same = heads.filter(({ definitionHash, status }) => known.has(definitionHash) && !hasEnded(status));
  const other = heads.filter(({ definitionHash }) => !known.has(definitionHash));
  const graphs = await resolveGraphs(parts, other);
  const found = await readPlaces(parts, other, graphs);
  const stored = new Map([...graphs].map(([hash, graph]) => [hash, "problem" in graph ? graph : graph.workflow]));
  return { live: [...same.map(liveOf), ...found], stored };
}

function hasEnded(status: WorkflowStatus): boolean {
  return status === "completed" || status === "failed";
}

function liveOf({ workflowId, definitionId, definitionHash }: Head): LiveWorkflow {
  return { workflowId, definitionId, definitionHash };
}

async function readLiveHeads({ live, reader, now, onProgress }: LiveParts): Promise<readonly Head[]> {
  const ids = new Set<string>();
  for await (const batch of live.listLive()) for (const id of batch) ids.add(id);
  const all = [...ids];
  const heads: Head[] = [];
  for (let done = 0; done < all.length; done += headsPerBatch) {
    const batch = await reader.readHeads(all.slice(done, done + headsPerBatch));
    heads.push(...[...batch.values()].filter(({ purgeAt }) => purgeAt > now));
    onProgress?.({ type: "heads", done: Math.min(done + headsPerBatch, all.length), total: all.length });
  }
  return heads;
}

type Graphs = ReadonlyMap<string, LoadedDefinition | UnreadableGraph>;

async function resolveGraphs({ definitions }: LiveParts, heads: readonly Head[]): Promise<Graphs> {
  const ids = new Map(heads.map(({ definitionHash, definitionId }) => [definitionHash, definitionId]));
  const graphs = await mapWithConcurrency([...ids], concurrency, async ([hash, definitionId]) => {
    return [hash, await resolveGraph(definitions, definitionId, hash)] as const;
  });
  return new Map(graphs);
}

/** A graph that is not there, or that this code cannot read, concerns its workflows alone. */
async function resolveGraph(definitions: DefinitionCatalog, definitionId: string, hash: string) {
  try {
    return await definitions.resolve(definitionId, hash);
  } catch (error) {
    if (error instanceof RefluxoError && unreadable.includes(error.code)) return { problem: error.message };
    throw error;
  }
}

const unreadable: readonly string[] = ["definition.missing", "definition.damaged"];

async function readPlaces(parts: LiveParts, heads: readonly Head[], graphs: Graphs): Promise<readonly LiveWorkflow[]> {
  let done = 0;
  const places = await mapWithConcurrency(heads, concurrency, async (head) => {
    const graph = graphs.get(head.definitionHash);
    const place = graph === undefined || "problem" in graph ? liveOf(head) : await readPlace(parts, head, graph);
    done += 1;
    if (done % nodesPerReport === 0 || done === heads.length) {
      parts.onProgress?.({ type: "nodes", done, total: heads.length });
    }
    return place;
  });
  return places.filter((place) => place !== undefined);
}

/** A workflow with its current node, by its newest committed version: a head may be behind. Undefined when it has ended. */
async function readPlace({ live }: LiveParts, head: Head, graph: LoadedDefinition): Promise<LiveWorkflow | undefined> {
  const { workflowId } = head;
  const versions = await live.readNewestVersions(workflowId, 2);
  const committed = versions.find(({ transition }) => transition !== undefined);
  const isUntouched = committed === undefined && versions.every(({ version }) => version === 0);
  if (isUntouched) return { ...liveOf(head), currentNodeId: graph.startNodeId };
  if (committed === undefined) {
    throw new RefluxoError("store.gap", `The versions of workflow ${workflowId} have a gap`, { isRetryable: true });
  }
  const { status, currentNodeId } = decodeOf(workflowId, committed.transition);
  return hasEnded(status) || currentNodeId === null ? undefined : { ...liveOf(head), currentNodeId };
}

function decodeOf(workflowId: string, text = ""): Pick<Transition, "status" | "currentNodeId"> {
  try {
    return decodeTransition(text);
  } catch (cause) {
    const code = cause instanceof RefluxoError ? cause.code : "store.damaged";
    throw new RefluxoError(code, `The newest transition of workflow ${workflowId} cannot be read`, { cause });
  }
}
