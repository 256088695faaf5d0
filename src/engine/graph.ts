import { copierOf, frozenCopy } from "./copy-data.ts";
import type { Node, WorkflowDefinition } from "./definition.ts";
import { RefluxoError } from "./refluxo-error.ts";

/** A definition as the engine takes it; as in Refluxo, it needs no id to run. */
export type RunnableDefinition = Omit<WorkflowDefinition, "id"> & { readonly id?: string };

/** The most steps of a workflow whose definition does not say (DESIGN 3, difference 6). */
export const defaultMaxSteps = 10_000;

/** A node, and all that a step needs to know of its place: one lookup finds it. */
export interface GraphNode {
  readonly node: Node;
  /** Makes the data that the node is run with, a copy for each attempt. */
  readonly copyData: () => unknown;
  /** Targets by handle; the default exit has the handle undefined. */
  readonly exits: ReadonlyMap<string | undefined, string>;
}

/** A definition compiled for running: every lookup of a step takes constant time. */
export interface WorkflowGraph {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly maxSteps: number;
}

/**
 * Compiles a definition, on frozen copies of its nodes so that nothing that runs can change it. Checks nothing: of
 * two nodes or edges that claim one place the first holds, as in Refluxo; `assertValidDefinition` refuses such twins.
 */
export function compileGraph(definition: RunnableDefinition): WorkflowGraph {
  const nodes = new Map<string, GraphNode>();
  const exits = compileExits(definition);
  for (const node of definition.nodes) {
    if (nodes.has(node.id)) continue;
    nodes.set(node.id, {
      node: freezeNode(node),
      copyData: copierOf(node.data),
      exits: exits.get(node.id) ?? new Map(),
    });
  }
  return { nodes, maxSteps: definition.maxSteps ?? defaultMaxSteps };
}

function freezeNode(node: Node): Node {
  return Object.freeze({
    ...node,
    data: frozenCopy(node.data),
    ...(node.metadata !== undefined && { metadata: frozenCopy(node.metadata) }),
  });
}

function compileExits(definition: RunnableDefinition): ReadonlyMap<string, GraphNode["exits"]> {
  const exits = new Map<string, Map<string | undefined, string>>();
  for (const edge of definition.edges) {
    const handle = edge.sourceHandle ?? undefined;
    const bySource = exits.get(edge.source) ?? new Map<string | undefined, string>();
    if (!bySource.has(handle)) bySource.set(handle, edge.target);
    exits.set(edge.source, bySource);
  }
  return exits;
}

/** The node behind an exit, or null when no edge leaves there: the branch ends. */
export function findNextNodeId(graph: WorkflowGraph, nodeId: string, handle: string | undefined): string | null {
  return graph.nodes.get(nodeId)?.exits.get(handle) ?? null;
}

/**
 * The node that a workflow starts at: `startNodeId`, or the one node without an incoming edge.
 * Throws `definition.no-start` when there is no such node, or more than one.
 */
export function findStartNodeId(definition: RunnableDefinition): string {
  const start = resolveStart(definition);
  if ("problem" in start) throw new RefluxoError("definition.no-start", start.problem);
  return start.nodeId;
}

/** The node that a workflow starts at, or the reason why there is not exactly one. */
export function resolveStart({
  startNodeId,
  nodes,
  edges,
}: RunnableDefinition): { readonly nodeId: string } | { readonly problem: string } {
  if (startNodeId !== undefined) {
    const isKnown = nodes.some((node) => node.id === startNodeId);
    return isKnown ? { nodeId: startNodeId } : { problem: `startNodeId '${startNodeId}' is not a node` };
  }
  // No edge leads to a node that compensates others either, and nothing starts there.
  const targets = new Set([...edges.map((edge) => edge.target), ...nodes.map((node) => node.compensate)]);
  const [first, ...others] = nodes.map((node) => node.id).filter((id) => !targets.has(id));
  if (first === undefined) return { problem: "Every node has an incoming edge: give a startNodeId" };
  if (others.length === 0) return { nodeId: first };
  const names = [first, ...others].map((id) => `'${id}'`).join(", ");
  return { problem: `Several nodes have no incoming edge (${names}): give a startNodeId` };
}
