import { createHash } from "node:crypto";
import type { WorkflowDefinition } from "../contracts/workflow-definition.ts";
import { findStartNodeId } from "../engine/index.ts";

/** What a definition is by itself, whatever deployment runs it. */
export interface PreparedDefinition {
  /** The SHA-256 of its JSON, hex. */
  readonly hash: string;
  /** The keys of every object sorted, so that equal definitions have equal hashes. */
  readonly json: string;
  readonly startNodeId: string;
  /** What runs; nobody changes it. */
  readonly runnable: WorkflowDefinition;
}

/** Prepares a definition. Throws `definition.no-start` when it has not exactly one start. */
export type PrepareDefinition = (workflow: WorkflowDefinition) => PreparedDefinition;

/** Prepares a definition anew. Throws `definition.no-start` when it has not exactly one start. */
export const prepareDefinition: PrepareDefinition = (workflow) => {
  const json = canonicalJson(workflow);
  // What runs is the same to the order of its keys, whether it was deployed or stored: a node that runs again after a
  // deployment hands on the same texts, as an input that is told by its text. The cast is this codec's.
  const runnable = JSON.parse(json) as WorkflowDefinition;
  const hash = createHash("sha256").update(json).digest("hex");
  return { hash, json, startNodeId: findStartNodeId(workflow), runnable };
};

/** Prepares each definition once, for a host with many catalogs of definitions that nobody changes. */
export function prepareOnce(): PrepareDefinition {
  const prepared = new WeakMap<WorkflowDefinition, PreparedDefinition>();
  return (workflow) => {
    const known = prepared.get(workflow) ?? prepareDefinition(workflow);
    prepared.set(workflow, known);
    return known;
  };
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
