import type { HistoryEntry, WorkflowView } from "../dispatcher/index.ts";
import { RefluxoError } from "../engine/index.ts";
import { readPath } from "./read-path.ts";
import { payloadBucket } from "./test-globals.ts";
import type { TestWorld } from "./test-world.ts";
import type { FailedAttempt, RunResult, TestRun, WorkflowRun } from "./workflow-run.ts";

/** Everything that a test may ask about a run that has come to rest; throws when its workflow is not there. */
export async function readRun(world: TestWorld, workflowId: string): Promise<TestRun> {
  const { services, desk, crashes } = world;
  const runs = await Promise.all((await world.views()).map((view) => readWorkflow(world, view)));
  const run = runs.find((candidate) => candidate.workflowId === workflowId);
  if (run === undefined) throw new RefluxoError("testing.not-started", `The workflow ${workflowId} was not started`);
  const objects = [...services.objects.objects].map(
    ([name, bytes]) => [name, new TextDecoder().decode(bytes)] as const,
  );
  return {
    ...run,
    children: runs.filter((other) => other !== run),
    effects: [...services.effects.effects],
    objects: Object.fromEntries(objects),
    refusals: [...desk.refusals],
    deadLetters: services.queue.deadLetters.map(({ reason }) => reason),
    crashes,
  };
}

async function readWorkflow(world: TestWorld, view: WorkflowView): Promise<WorkflowRun> {
  const { workflowId, definitionId, status, version, startedAt, pause } = view;
  const compensation = view.metadata["compensation"];
  const history = await readHistory(world, workflowId);
  const path = readPath(world.services, { workflowId, definitionId, history });
  const last = history.at(-1);
  const results = resultsOf(history);
  const outputs = Object.entries(results).flatMap(([nodeId, list]) => {
    const result = list.findLast(({ error }) => error === undefined);
    return result === undefined ? [] : [[nodeId, result.output] as const];
  });
  const reason = status === "failed" ? last?.reason : undefined;
  return {
    ...{ workflowId, definitionId, status, version, path, results, history },
    nodeIds: path.map(({ nodeId }) => nodeId),
    outputs: Object.fromEntries(outputs),
    errors: errorsOf(history),
    ...(reason !== undefined && { failedReason: reason }),
    ...(compensation !== undefined && { compensation }),
    ...(pause !== undefined && { pause: await plain(world, pause) }),
    elapsedMs: (last?.at ?? startedAt) + (last?.durationMs ?? 0) - startedAt,
  };
}

async function readHistory(world: TestWorld, workflowId: string): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const outcome = await world.observe({ type: "history", workflowId, from, limit: 1000 });
    if (outcome.type !== "history") break;
    for (const entry of outcome.page.entries) entries.push(await plain(world, entry));
    from = outcome.page.next;
  }
  return entries;
}

/** The value as JSON has it, with large values in their places. */
async function plain<T>(world: TestWorld, value: T): Promise<T> {
  const references = new Map<string, unknown>();
  const find = (_key: string, item: unknown) => {
    const key = referenceOf(item);
    if (key !== undefined) references.set(key, undefined);
    return item;
  };
  const text = JSON.stringify(value);
  JSON.parse(text, find);
  for (const key of references.keys()) {
    const part = await world.services.values.read({ bucket: payloadBucket, key });
    if (part !== undefined) references.set(key, JSON.parse(new TextDecoder().decode(part.bytes)));
  }
  return JSON.parse(text, (_key, item: unknown) => {
    const key = referenceOf(item);
    return key === undefined ? item : references.get(key);
  });
}

/** The key of the object that stands behind a reference in place of a large value. */
function referenceOf(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null || !("$reference" in item)) return undefined;
  const reference = item.$reference;
  if (typeof reference !== "object" || reference === null || !("key" in reference)) return undefined;
  return typeof reference.key === "string" ? reference.key : undefined;
}

function resultsOf(history: readonly HistoryEntry[]): Readonly<Record<string, readonly RunResult[]>> {
  const results = new Map<string, RunResult[]>();
  for (const { nodeId, attempt, output, error } of history) {
    if (nodeId === null || attempt === undefined) continue;
    const list = results.get(nodeId) ?? [];
    results.set(nodeId, list);
    list.push({ output: output ?? null, attempt, ...(error !== undefined && { error }) });
  }
  return Object.fromEntries(results);
}

function errorsOf(history: readonly HistoryEntry[]): readonly FailedAttempt[] {
  return history.flatMap(({ nodeId, attempt = 1, error }) =>
    nodeId === null || error === undefined ? [] : [{ nodeId, attempt, error }],
  );
}
