import { createHash } from "node:crypto";
import { parseWorkflowDefinition, type WorkflowDefinition } from "../contracts/workflow-definition.ts";
import {
  assertValidDefinition,
  type Node,
  RefluxoError,
  type StandardSchemaV1,
  WorkflowEngine,
  type WorkflowEngineOptions,
} from "../engine/index.ts";
import type { WorkflowStore } from "../ports/workflow-store.ts";
import { type PrepareDefinition, prepareDefinition } from "./prepare-definition.ts";

/** A definition that is ready to run, under its content hash. */
export interface LoadedDefinition {
  readonly id: string;
  readonly hash: string;
  readonly json: string;
  readonly startNodeId: string;
  readonly workflow: WorkflowDefinition;
  readonly longestDurationMs: number;
  readonly engine: WorkflowEngine;
  /** How long one attempt at a node may take, ms; infinite when neither the node nor its type says. */
  timeoutMsOf(nodeId: string | null): number;
  /** What a resume may bring to a node, when its type says. */
  payloadSchemaOf(nodeId: string | null): StandardSchemaV1 | undefined;
  /** Whether this deployment has the node's type. */
  isRunnable(nodeId: string | null): boolean;
  /** Throws a retryable `RefluxoError` when this deployment lacks the node's type: a deploy can bring it back. */
  assertRunnable(nodeId: string | null): void;
}

/** What the definitions of a catalog run with. */
export interface DefinitionCatalogOptions extends Omit<WorkflowEngineOptions, "workflow"> {
  /** `prepareDefinition` when absent. */
  readonly prepare?: PrepareDefinition | undefined;
  /** What takes too long for every start of a process: rejects for a definition that no workflow may start with. */
  readonly checkBeforeUse?: ((workflow: WorkflowDefinition) => Promise<void>) | undefined;
}

const defaultLongestDurationMs = 30 * 24 * 3600 * 1000;

/**
 * The workflow definitions of this deployment, and those that live workflows started with: each is stored under its
 * content hash when it is first used, so that a workflow runs on the graph that it started with (I15).
 */
export class DefinitionCatalog {
  readonly #current = new Map<string, LoadedDefinition>();
  readonly #byHash = new Map<string, LoadedDefinition>();
  readonly #stored = new Set<string>();
  readonly #store: WorkflowStore;
  readonly #options: DefinitionCatalogOptions;

  /** Throws a `RefluxoError` for a definition that is not valid, and for two with the same id. */
  constructor(store: WorkflowStore, workflows: readonly WorkflowDefinition[], options: DefinitionCatalogOptions) {
    this.#store = store;
    this.#options = options;
    for (const workflow of workflows) {
      if (this.#current.has(workflow.id)) {
        throw new RefluxoError("definition.duplicate", `Two workflow definitions have the id ${workflow.id}`);
      }
      assertValidDefinition(workflow, options.nodeDefinitions, options.transformEngines);
      const loaded = loadDefinition(workflow, options);
      this.#current.set(loaded.id, loaded);
      this.#byHash.set(loaded.hash, loaded);
    }
  }

  /** The ids of this deployment's definitions. */
  get ids(): readonly string[] {
    return [...this.#current.keys()];
  }

  /** This deployment's definitions, by id. */
  list(): readonly LoadedDefinition[] {
    return [...this.#current.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The definition that a new workflow starts with, or undefined when the id is unknown. */
  current(definitionId: string): LoadedDefinition | undefined {
    return this.#current.get(definitionId);
  }

  /** Checks a definition to the end and stores it under its hash, once per container. Rejects when it is not valid. */
  async keep(loaded: LoadedDefinition): Promise<void> {
    if (this.#stored.has(loaded.hash)) return;
    await this.#options.checkBeforeUse?.(loaded.workflow);
    await this.#store.putDefinition(loaded.hash, loaded.json);
    this.#stored.add(loaded.hash);
  }

  /**
   * The definition with this hash, whether or not this deployment has its node types: a workflow can be read and
   * cancelled without them. Throws a `RefluxoError` when it is not stored or damaged.
   */
  async resolve(definitionId: string, hash: string): Promise<LoadedDefinition> {
    const known = this.#byHash.get(hash);
    if (known !== undefined) return known;
    const json = await this.#store.getDefinition(hash);
    if (json === undefined) {
      throw new RefluxoError("definition.missing", `The definition ${definitionId} with hash ${hash} is not stored`, {
        isRetryable: true,
      });
    }
    const loaded = loadDefinition(parseStored(definitionId, json), this.#options);
    this.#byHash.set(hash, loaded);
    this.#stored.add(hash);
    return loaded;
  }
}

function loadDefinition(
  workflow: WorkflowDefinition,
  { prepare = prepareDefinition, ...options }: DefinitionCatalogOptions,
): LoadedDefinition {
  const { hash, json, startNodeId, runnable } = prepare(workflow);
  const nodes = new Map<string | null, Node>(runnable.nodes.map((node) => [node.id, node]));
  const typeOf = (nodeId: string | null) => {
    const type = nodes.get(nodeId)?.type;
    return type !== undefined && Object.hasOwn(options.nodeDefinitions, type)
      ? options.nodeDefinitions[type]
      : undefined;
  };
  const isRunnable = (nodeId: string | null) => !nodes.has(nodeId) || typeOf(nodeId) !== undefined;
  return {
    id: workflow.id,
    hash,
    json,
    startNodeId,
    workflow,
    longestDurationMs: workflow.longestDurationMs ?? defaultLongestDurationMs,
    engine: new WorkflowEngine({ digest: digestOf, ...options, workflow: runnable }),
    timeoutMsOf: (nodeId) => nodes.get(nodeId)?.timeoutMs ?? typeOf(nodeId)?.timeoutMs ?? Number.POSITIVE_INFINITY,
    payloadSchemaOf: (nodeId) => typeOf(nodeId)?.metadata?.externalPayload,
    isRunnable,
    assertRunnable: (nodeId) => {
      if (isRunnable(nodeId)) return;
      const type = nodes.get(nodeId)?.type;
      throw new RefluxoError("definition.node-type-missing", `This deployment has no node type ${type}`, {
        isRetryable: true,
      });
    },
  };
}

/** The SHA-256 of a value's JSON, base64url. */
function digestOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(value) ?? "")
    .digest("base64url");
}

function parseStored(definitionId: string, json: string): WorkflowDefinition {
  try {
    return parseWorkflowDefinition(JSON.parse(json), "$definition");
  } catch (cause) {
    throw new RefluxoError("definition.damaged", `The stored definition of ${definitionId} is damaged`, { cause });
  }
}
