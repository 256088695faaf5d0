import { mostShards } from "../../src/platforms/aws/shards.ts";
import type { MemoryWorkflowStore } from "../../src/platforms/memory/index.ts";
import type {
  CheckMove,
  ClaimRequest,
  CommitRequest,
  Head,
  StoredStart,
  VersionKey,
  WorkflowStore,
} from "../../src/ports/workflow-store.ts";
import type { Demand } from "./capacity.ts";
import type { Latency } from "./draw-latency.ts";
import type { ModelledService } from "./modelled-service.ts";
import { glanceDemands, headDemands, moveDemands, plainDemands, readDemands, startDemands } from "./write-demands.ts";

/** How long the table takes. */
export interface StoreLatencies {
  readonly read: Latency;
  readonly write: Latency;
}

/** The memory store behind the latencies and the throughput of a table with its two indexes. */
export class ModelledStore implements WorkflowStore {
  readonly #store: MemoryWorkflowStore;
  readonly #service: ModelledService;
  readonly #latencies: StoreLatencies;
  readonly #shards: number;

  constructor(store: MemoryWorkflowStore, service: ModelledService, latencies: StoreLatencies, shards: number) {
    this.#store = store;
    this.#service = service;
    this.#latencies = latencies;
    this.#shards = shards;
  }

  load(workflowId: string) {
    return this.#read(() => this.#store.load(workflowId));
  }

  loadFrom(workflowId: string, version: number, limit?: number) {
    return this.#read(() => this.#store.loadFrom(workflowId, version, limit));
  }

  glance(workflowId: string) {
    return this.#read(() => this.#store.glance(workflowId), glanceDemands);
  }

  glanceFrom(workflowId: string, version: number) {
    return this.#read(() => this.#store.glanceFrom(workflowId, version), glanceDemands);
  }

  createStart(start: StoredStart) {
    return this.#write(
      () => startDemands(start, this.#shards),
      () => this.#store.createStart(start),
    );
  }

  writeHead(head: Head) {
    return this.#write(
      async () => headDemands(await this.#headOf(head.workflowId), head, this.#shards),
      () => this.#store.writeHead(head),
    );
  }

  claim(key: VersionKey, claim: ClaimRequest) {
    return this.#write(
      () => plainDemands(0),
      () => this.#store.claim(key, claim),
    );
  }

  commit(key: VersionKey, commit: CommitRequest) {
    return this.#write(
      () => plainDemands(commit.transition.length),
      () => this.#store.commit(key, commit),
    );
  }

  release(key: VersionKey, release: { readonly token: string; readonly isSpent: boolean }) {
    return this.#write(
      () => plainDemands(0),
      () => this.#store.release(key, release),
    );
  }

  moveCheck(workflowId: string, move: CheckMove) {
    return this.#write(
      async () => moveDemands(await this.#headOf(workflowId), move, this.#shards),
      () => this.#store.moveCheck(workflowId, move),
    );
  }

  /** One query of each shard that there can be, all at once. */
  async listDue(now: number, limit: number) {
    const query = <TResult>(make: () => Promise<TResult>) => this.#service.call(this.#latencies.read, () => [], make);
    const others = Array.from({ length: mostShards - 1 }, () => query(async () => undefined));
    const [due] = await Promise.all([query(() => this.#store.listDue(now, limit)), ...others]);
    return due;
  }

  putDefinition(hash: string, json: string) {
    return this.#write(
      () => plainDemands(json.length),
      () => this.#store.putDefinition(hash, json),
    );
  }

  getDefinition(hash: string) {
    return this.#read(() => this.#store.getDefinition(hash));
  }

  #read<TResult>(make: () => Promise<TResult>, demands: readonly Demand[] = readDemands): Promise<TResult> {
    return this.#service.call(this.#latencies.read, () => demands, make);
  }

  #write<TResult>(
    demandsOf: () => Promise<readonly Demand[]> | readonly Demand[],
    make: () => Promise<TResult>,
  ): Promise<TResult> {
    return this.#service.call(this.#latencies.write, demandsOf, make);
  }

  async #headOf(workflowId: string): Promise<Head | undefined> {
    return (await this.#store.readHeads([workflowId])).get(workflowId);
  }
}
