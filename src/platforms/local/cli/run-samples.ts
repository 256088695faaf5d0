import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { SampleRun, SampleStart } from "../../../workflows/samples.ts";
import type { PrintLine } from "./step-printer.ts";

/** How long a sample may take before it counts as failed, ms. */
const patienceMs = 180_000;
/** The least time between two looks at a workflow, ms. */
const glanceMs = 50;
/** A look at a workflow with large values takes a while: so many times as long the next one waits. */
const restFactor = 10;

/** Hears of the workflows that events start, whose ids the triggers derive. */
export class StartWatch {
  readonly #started = new Map<string, string>();

  /** To be called with every workflow that starts. */
  readonly note = (workflowId: string, definitionId: string): void => {
    this.#started.set(definitionId, workflowId);
  };

  /** The workflow of a definition that started last, or undefined. */
  last(definitionId: string): string | undefined {
    return this.#started.get(definitionId);
  }
}

/** What a sample looks at in a workflow. */
export interface SampleView {
  readonly status: string;
  readonly currentNodeId: string | null;
  readonly metadata: {
    readonly failedReason?: string;
    readonly compensation?: { readonly undone: number; readonly failedCount: number };
  };
}

/** What a sample asks of the stack; `LocalClient` is one. */
export interface SampleClient {
  start(definitionId: string, workflowId: string, input: unknown): Promise<void>;
  get(workflowId: string): Promise<SampleView>;
  resume(workflowId: string, payload: unknown): Promise<void>;
  upload(key: string, body: Uint8Array, contentType: string): Promise<void>;
  enqueue(body: string): Promise<void>;
}

/**
 * Runs the samples one after the other to their ends, answering their pauses; returns whether each ended as expected.
 * Throws when the stack refuses a sample.
 */
export async function runSamples(
  samples: readonly SampleRun[],
  client: SampleClient,
  watch: StartWatch,
  print: PrintLine,
): Promise<boolean> {
  let isAllWell = true;
  for (const sample of samples) {
    print(`\n${sample.description}`);
    const view = await runSample(sample, client, watch);
    const isAsExpected = view?.status === sample.expectedStatus;
    print(`${isAsExpected ? "✓" : "✗"} ${sample.definitionId}: ${view?.status ?? "not started"}`);
    if (view !== undefined) for (const line of explain(view)) print(`  ${line}`);
    isAllWell &&= isAsExpected;
  }
  return isAllWell;
}

/** Begins a sample; what it takes is given over HTTP, as an upload, or as an event on the queue. */
export async function beginSample(sample: SampleRun, client: SampleClient): Promise<void> {
  switch (sample.type) {
    case "start":
      return client.start(sample.definitionId, sample.workflowId, sample.input);
    case "upload":
      return client.upload(sample.key, await readFile(sample.file), sample.contentType);
    case "schedule":
      return client.enqueue(await readFile(new URL(`../../../../events/${sample.eventFile}`, import.meta.url), "utf8"));
  }
}

async function runSample(sample: SampleRun, client: SampleClient, watch: StartWatch): Promise<SampleView | undefined> {
  const giveUpAt = Date.now() + patienceMs;
  await beginSample(sample, client);
  // At most one answer: a second look at the same pause gives no other.
  let answer = sample.type === "start" ? sample.resume : undefined;
  let view: SampleView | undefined;
  const isOver = () => view !== undefined && [sample.expectedStatus, "completed", "failed"].includes(view.status);
  let restMs = glanceMs;
  while (Date.now() < giveUpAt && !isOver()) {
    await sleep(restMs);
    const workflowId = sample.type === "start" ? sample.workflowId : watch.last(sample.definitionId);
    if (workflowId === undefined) continue;
    const lookedAt = performance.now();
    view = await client.get(workflowId);
    restMs = Math.max(glanceMs, restFactor * (performance.now() - lookedAt));
    if (answer !== undefined && waitsFor(answer, view)) {
      const { payload } = answer;
      answer = undefined;
      await client.resume(workflowId, payload);
    }
  }
  return view;
}

function waitsFor({ atNode }: NonNullable<SampleStart["resume"]>, { status, currentNodeId }: SampleView): boolean {
  return status === "paused" && (atNode === undefined || atNode === currentNodeId);
}

/** Why a workflow failed, and what became of what it had done. */
function explain({ metadata: { failedReason, compensation } }: SampleView): readonly string[] {
  const undoing = compensation && `undone: ${compensation.undone}, not undone: ${compensation.failedCount}`;
  return [failedReason, undoing].filter((line) => line !== undefined);
}
