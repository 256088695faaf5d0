import {
  applyTransition,
  resumeTransition,
  type Snapshot,
  StandardSchemaValidator,
  type WorkflowDefinition,
  WorkflowEngine,
} from "../../src/engine/index.ts";
import { MemoryEventPublisher, MemoryHttpClient, MemoryMessageSender } from "../../src/platforms/memory/index.ts";
import type { NodeGlobals } from "../../src/ports/node-globals.ts";
import { nodeDefinitions, workflows } from "../../src/workflows/registry.ts";
import { RecordingBlobStore } from "./recording-blob-store.ts";

/** The bucket that nodes write to in these tests. */
export const payloadBucket = "payloads";

/** One workflow on the real engine with all snapshots that it went through; retries run at once, as if their time had come. */
export class WorkflowRun {
  readonly blobs: RecordingBlobStore;
  /** What `globals.secret` finds, by reference. */
  readonly secrets = new Map<string, string>();
  readonly #engine: WorkflowEngine;
  readonly #globals: NodeGlobals;
  readonly snapshots: Snapshot[];

  constructor(
    workflow: WorkflowDefinition,
    workflowId: string,
    input: unknown,
    blobs: RecordingBlobStore = new RecordingBlobStore(),
  ) {
    this.blobs = blobs;
    const secret = async (reference: string) =>
      this.secrets.get(reference) ?? Promise.reject(new Error(`The test has no secret ${reference}.`));
    const resumeUrl: NodeGlobals["resumeUrl"] = async ({ workflowId, version }) =>
      `https://api.test/resume/${workflowId}/${version + 1}.k1.a-token-of-the-test`;
    this.#globals = {
      blobs: this.blobs,
      payloadBucket,
      readableBuckets: [payloadBucket],
      http: new MemoryHttpClient(),
      events: new MemoryEventPublisher(),
      messages: new MemoryMessageSender([]),
      secret,
      resumeUrl,
    };
    this.#engine = new WorkflowEngine({ workflow, nodeDefinitions, validator: new StandardSchemaValidator() });
    this.snapshots = [this.#engine.createInitialSnapshot(workflowId, workflow.startNodeId ?? "", input)];
  }

  get snapshot(): Snapshot {
    const newest = this.snapshots.at(-1);
    if (newest === undefined) throw new Error("A run has at least its initial snapshot.");
    return newest;
  }

  /** One line per version: status and current node. */
  get trace(): readonly string[] {
    return this.snapshots.map(({ version, status, currentNodeId }) => `${version} ${status} ${currentNodeId ?? "-"}`);
  }

  /** Steps until the workflow waits or has ended. */
  async settle(): Promise<Snapshot> {
    while (this.snapshot.status === "active" || this.snapshot.status === "error") {
      this.snapshots.push(await this.#engine.executeStep(this.snapshot, undefined, this.#globals));
    }
    return this.snapshot;
  }

  async resume(payload: unknown): Promise<Snapshot> {
    this.snapshots.push(applyTransition(this.snapshot, resumeTransition(this.snapshot, payload)));
    return this.settle();
  }
}

/** A definition of this project by its id. */
export function findWorkflow(id: string): WorkflowDefinition {
  const workflow = workflows.find((candidate) => candidate.id === id);
  if (workflow === undefined) throw new Error(`There is no workflow ${id}.`);
  return workflow;
}

/** The size of the largest single result, as the store would keep it. */
export function largestResultBytes(snapshot: Snapshot): number {
  const results = Object.values(snapshot.context).flat();
  return Math.max(...results.map((result) => new TextEncoder().encode(JSON.stringify(result)).length));
}
