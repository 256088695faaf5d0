import type { StepContext } from "../engine/index.ts";
import {
  type LogLine,
  MemoryBlobStore,
  MemoryStepQueue,
  MemoryWorkflowStore,
  replaceMethods,
  SeededRandom,
  SimulatedClock,
} from "../platforms/memory/index.ts";
import type { VersionKey, WorkflowStore } from "../ports/workflow-store.ts";
import { EffectLedger } from "./effects.ts";
import type { TestPlan } from "./test-plan.ts";

/** How long the queue hides a received message, ms: six times as long as the function may run. */
const visibilityMs = 360_000;

/** What outlives every process of a run: queue, store and buckets, and what a test wants to know of them. */
export class TestServices {
  readonly plan: TestPlan;
  readonly clock = new SimulatedClock();
  readonly store = new MemoryWorkflowStore();
  readonly queue = new MemoryStepQueue(this.clock, { visibilityMs });
  /** Where the dispatcher leaves large values. */
  readonly values = new MemoryBlobStore();
  /** What nodes read and write. */
  readonly objects = new MemoryBlobStore();
  readonly random = new SeededRandom();
  readonly effects = new EffectLedger();
  readonly lines: LogLine[] = [];
  /** The handle that a node left by, by `workflowId#version`. */
  readonly handles = new Map<string, string | undefined>();
  /** How often a version's node ran, by `workflowId#version`. */
  readonly runs = new Map<string, number>();
  /** Versions that two owners committed (I2). */
  readonly doubleCommits: string[] = [];
  readonly #owners = new Map<string, string>();

  constructor(plan: TestPlan) {
    this.plan = plan;
    for (const [name, body] of Object.entries(plan.options.objects ?? {})) {
      const slash = name.indexOf("/");
      void this.objects.write({ bucket: name.slice(0, slash), key: name.slice(slash + 1) }, body);
    }
  }

  /** Counts a run of a version's node (I7). */
  ran({ workflowId, version }: StepContext): void {
    const key = `${workflowId}#${version}`;
    this.runs.set(key, (this.runs.get(key) ?? 0) + 1);
  }

  /** The store, with an eye on who commits what. */
  get observedStore(): WorkflowStore {
    const { store } = this;
    return replaceMethods<WorkflowStore>(store, {
      commit: async (key, commit) => {
        const result = await store.commit(key, commit);
        if (result.type === "committed") this.#committed(key, commit.token);
        return result;
      },
    });
  }

  #committed({ workflowId, version }: VersionKey, token: string): void {
    const key = `${workflowId}#${version}`;
    const owner = this.#owners.get(key) ?? token;
    this.#owners.set(key, owner);
    if (owner !== token) this.doubleCommits.push(key);
  }
}
