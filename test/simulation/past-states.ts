import type { MemoryWorkflowStore } from "../../src/platforms/memory/index.ts";
import type { StoredVersion, StoredWorkflow } from "../../src/ports/workflow-store.ts";
import type { Prng } from "./prng.ts";

/** How many moments of a workflow an old read may go back to. */
const keptMoments = 8;
/** How often a read is old, and how often one whose items are all of the same old moment. */
const oldShare = 0.5;
const sameMomentShare = 0.5;

/**
 * What eventually consistent reads show: often an earlier moment, sometimes each item of another one. Nothing that a
 * reader is not told of tells it so.
 */
export class PastStates {
  readonly #store: MemoryWorkflowStore;
  readonly #prng: Prng;
  readonly #onOld: () => void;
  readonly #moments = new Map<string, (StoredWorkflow | undefined)[]>();

  constructor(store: MemoryWorkflowStore, prng: Prng, onOld: () => void) {
    this.#store = store;
    this.#prng = prng;
    this.#onOld = onOld;
  }

  /** To be told after each write of a workflow. */
  async note(workflowId: string): Promise<void> {
    const moments = this.#moments.get(workflowId) ?? [undefined];
    moments.push(await this.#store.load(workflowId));
    this.#moments.set(workflowId, moments.slice(-keptMoments));
  }

  /** A workflow as it is, or as it was. */
  async glance(workflowId: string): Promise<StoredWorkflow | undefined> {
    const now = await this.#store.load(workflowId);
    const moments = this.#moments.get(workflowId);
    if (moments === undefined || !this.#prng.chance(oldShare)) return now;
    this.#onOld();
    const anyMoment = () => moments[this.#prng.below(moments.length)];
    if (this.#prng.chance(sameMomentShare)) return anyMoment();
    const start = anyMoment()?.start;
    if (start === undefined) return undefined;
    const head = anyMoment()?.head;
    const versions = (now?.versions ?? []).flatMap(({ version }) => versionOf(anyMoment(), version) ?? []);
    return { start, versions, ...(head && { head }) };
  }

  /** Its versions from one on. */
  async glanceFrom(workflowId: string, from: number): Promise<readonly StoredVersion[]> {
    const { versions = [] } = (await this.glance(workflowId)) ?? {};
    return versions.filter(({ version }) => version >= from);
  }
}

function versionOf(stored: StoredWorkflow | undefined, version: number): StoredVersion | undefined {
  return stored?.versions.find((candidate) => candidate.version === version);
}
