import { throwProblems } from "./assert-valid-definition.ts";
import { computeStep, type Step, type StepParts } from "./compute-step.ts";
import { DefaultErrorHandler, type ErrorHandler } from "./default-error-handler.ts";
import type { NodesDefinition, StepEnvironment } from "./definition.ts";
import { listDefinitionProblems } from "./definition-problems.ts";
import { findNodeDefinition } from "./find-node-definition.ts";
import { compileGraph, type RunnableDefinition } from "./graph.ts";
import { HookRunner } from "./hook-runner.ts";
import { failInPlace, type NodeFailure } from "./node-failure.ts";
import { failTransition, isTerminal, timerTransition } from "./outside-transitions.ts";
import { timeOut } from "./pause-timeout.ts";
import type { Plugin, ReportPluginError } from "./plugin.ts";
import { RefluxoError } from "./refluxo-error.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Validator } from "./standard-schema-validator.ts";
import { PlainEnvironments } from "./step-context.ts";
import type { TransformEngine } from "./transform-engine.ts";
import { applyTransition, type Transition } from "./transition.ts";

/** `metadata.failedReason` of a workflow that took too many steps. */
export const stepLimitReason = "Step limit exceeded";

/** What an engine is made of. */
export interface WorkflowEngineOptions {
  readonly workflow: RunnableDefinition;
  readonly nodeDefinitions: NodesDefinition;
  /** Without one nothing is validated. */
  readonly validator?: Validator | undefined;
  /** Run in order over a node's data; each gets what the one before made. */
  readonly transformEngines?: readonly TransformEngine[] | undefined;
  /** The retry policy of the node, or else of its type, when absent. */
  readonly errorHandler?: ErrorHandler | undefined;
  readonly plugins?: readonly Plugin[] | undefined;
  /** The time in epoch ms; the system's when absent. */
  readonly clock?: (() => number) | undefined;
  /** Random numbers from 0 up to, but not including, 1, for the jitter of retries; the system's when absent. */
  readonly random?: (() => number) | undefined;
  /** Makes the digest of an input that its result keeps; none is kept when absent. */
  readonly digest?: ((input: unknown) => string) | undefined;
  /** Where errors that hooks throw go; nowhere when absent. */
  readonly reportPluginError?: ReportPluginError | undefined;
}

/** What `execute` may be told besides where to begin. */
export interface ExecuteLimits {
  /** The payload of the first node that runs. */
  readonly externalPayload?: unknown;
  /** The most steps of this call, 100 when absent; a workflow that is still active then fails. */
  readonly stepLimit?: number | undefined;
  /** Handed to transform engines and executors, never kept in a snapshot. */
  readonly globals?: unknown;
}

/** Where `execute` begins: at a snapshot, or at a node of a new workflow (id `default` when absent). */
export type ExecuteOptions = ExecuteLimits &
  (
    | {
        readonly snapshot: Snapshot;
        readonly initialNodeId?: string | undefined;
        readonly workflowId?: string | undefined;
      }
    | { readonly snapshot?: undefined; readonly initialNodeId: string; readonly workflowId?: string | undefined }
  );

/** Moves workflows of one definition from snapshot to snapshot; keeps no state between calls, mutates no snapshot. */
export class WorkflowEngine {
  readonly #workflow: RunnableDefinition;
  readonly #nodeDefinitions: NodesDefinition;
  readonly #parts: StepParts;
  readonly #environments = new PlainEnvironments();

  constructor(options: WorkflowEngineOptions) {
    const { workflow, nodeDefinitions, validator, transformEngines = [], plugins = [] } = options;
    const { clock = Date.now, random = Math.random } = options;
    this.#workflow = workflow;
    this.#nodeDefinitions = nodeDefinitions;
    this.#parts = {
      graph: compileGraph(workflow),
      pipeline: { transformEngines, validator },
      errorHandler: options.errorHandler ?? new DefaultErrorHandler(),
      hooks: new HookRunner(plugins, options.reportPluginError ?? (() => undefined)),
      now: clock,
      random,
      digest: options.digest,
    };
  }

  /** The snapshot at version 0; its input is the payload of the first node, and stays readable for the whole run. */
  createInitialSnapshot(workflowId: string, startNodeId: string, input?: unknown): Snapshot {
    return {
      workflowId,
      status: "active",
      currentNodeId: startNodeId,
      context: {},
      version: 0,
      totalExecutionTime: 0,
      metadata: {},
      stepCount: 0,
      ...(input !== undefined && { input, externalPayload: input }),
    };
  }

  /** Rejects with `definition.invalid`, whose message names every problem (`Node definition not found for type: X`, …). */
  async validateWorkflow(): Promise<void> {
    const { transformEngines } = this.#parts.pipeline;
    throwProblems(listDefinitionProblems(this.#workflow, this.#nodeDefinitions, transformEngines));
  }

  /**
   * Runs the current node once and returns the next snapshot. A workflow that has ended, or is paused and gets no
   * payload, comes back unchanged (the same object). Node failures are snapshots, not errors; rejects only with
   * `Node not found` and `Node definition not found`.
   */
  async executeStep(
    snapshot: Snapshot,
    externalPayload?: unknown,
    globals?: unknown,
    environment?: StepEnvironment,
  ): Promise<Snapshot> {
    if (isTerminal(snapshot) || (snapshot.status === "paused" && externalPayload === undefined)) return snapshot;
    if (this.#hasTakenAllSteps(snapshot)) return exceedStepLimit(snapshot);
    const step = this.#findStep(snapshot, externalPayload, globals, environment);
    const hasPlugins = this.#parts.hooks.hasPlugins;
    if (hasPlugins && snapshot.version === 0) await this.#tellStart(snapshot, environment?.signal);
    const next =
      step === undefined ? this.#complete(snapshot) : applyTransition(snapshot, await computeStep(this.#parts, step));
    if (hasPlugins) await this.#tellEnd(next, environment?.signal);
    return next;
  }

  /**
   * Runs steps while the workflow is active, in this process and without waiting: a pending retry is returned (status
   * `error`) and made at once when its snapshot is given again. Rejects with `Either snapshot or initialNodeId must be
   * provided`, and as `executeStep` does.
   */
  async execute(options: ExecuteOptions): Promise<Snapshot> {
    const { externalPayload, stepLimit = 100, globals } = options;
    let snapshot = this.#findBeginning(options);
    for (let steps = 0; steps === 0 || snapshot.status === "active"; steps++) {
      if (isTerminal(snapshot)) break;
      if (steps >= stepLimit && snapshot.status !== "paused" && snapshot.compensation === undefined) {
        snapshot = exceedStepLimit(snapshot);
        continue;
      }
      snapshot = await this.executeStep(snapshot, steps === 0 ? externalPayload : undefined, globals);
    }
    return snapshot;
  }

  /**
   * The transition that ends a pause whose time has come: its node runs again with `{ timer: dueAt }`, or, when its
   * `pauseTimeoutMs` is over, the workflow leaves it without running it again. Throws as `timerTransition` does.
   */
  fireTimer(snapshot: Snapshot): Transition {
    const { pause, status } = snapshot;
    if (status !== "paused" || pause?.isTimeout !== true) return timerTransition(snapshot);
    return timeOut(this.#parts.graph, snapshot, pause, this.#parts.now());
  }

  /**
   * The transition for a final failure of the current node that the host found in its place: caught by the edge `error`,
   * or a step of the undoing, or `failTransition`. Throws `transition.refused` when the workflow has ended (I10).
   */
  failNode(snapshot: Snapshot, failure: NodeFailure): Transition {
    return failInPlace(this.#parts.graph, snapshot, failure, this.#parts.now());
  }

  async #tellStart(snapshot: Snapshot, signal: AbortSignal | undefined): Promise<void> {
    await this.#parts.hooks.run("onWorkflowStart", signal, (plugin) => plugin.onWorkflowStart?.(snapshot));
  }

  async #tellEnd(next: Snapshot, signal: AbortSignal | undefined): Promise<void> {
    const { hooks } = this.#parts;
    if (next.status === "paused") {
      await hooks.run("onWorkflowPause", signal, (plugin) => plugin.onWorkflowPause?.(next));
    }
    if (next.status === "completed") {
      await hooks.run("onWorkflowComplete", signal, (plugin) => plugin.onWorkflowComplete?.(next));
    }
  }

  /** Undoing is bounded without that limit, by the visits that are undone and the attempts at each. */
  #hasTakenAllSteps({ stepCount = 0, compensation }: Snapshot): boolean {
    return compensation === undefined && stepCount >= this.#parts.graph.maxSteps;
  }

  #findBeginning({ snapshot, initialNodeId, workflowId, externalPayload }: ExecuteOptions): Snapshot {
    if (snapshot !== undefined) return snapshot;
    if (!initialNodeId) throw new RefluxoError("engine.no-start", "Either snapshot or initialNodeId must be provided");
    return this.createInitialSnapshot(workflowId ?? "default", initialNodeId, externalPayload);
  }

  /** Undefined when no node is left to run. */
  #findStep(
    snapshot: Snapshot,
    externalPayload: unknown,
    globals: unknown,
    environment: StepEnvironment | undefined,
  ): Step | undefined {
    if (snapshot.currentNodeId === null) return undefined;
    const found = this.#parts.graph.nodes.get(snapshot.currentNodeId);
    if (found === undefined) throw new RefluxoError("node.unknown", "Node not found");
    const { node, copyData } = found;
    const definition = findNodeDefinition(this.#nodeDefinitions, node.type);
    if (definition === undefined) throw new RefluxoError("node.type-unknown", "Node definition not found");
    const own = environment ?? this.#environments.next();
    return {
      snapshot,
      node,
      copyData,
      definition,
      externalPayload,
      globals,
      environment: own,
      signal: environment?.signal,
    };
  }

  #complete(snapshot: Snapshot): Snapshot {
    return applyTransition(snapshot, {
      schemaVersion: 1,
      type: "step",
      nodeId: null,
      status: "completed",
      currentNodeId: null,
      startedAt: this.#parts.now(),
      durationMs: 0,
    });
  }
}

function exceedStepLimit(snapshot: Snapshot): Snapshot {
  return applyTransition(snapshot, failTransition(snapshot, stepLimitReason));
}
