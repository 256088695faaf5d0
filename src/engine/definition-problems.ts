import { listCompensationProblems } from "./compensation-problems.ts";
import type { Edge, Node, NodesDefinition } from "./definition.ts";
import { findNodeDefinition } from "./find-node-definition.ts";
import { type RunnableDefinition, resolveStart } from "./graph.ts";
import { handlesOf } from "./handles-of.ts";
import { errorHandle } from "./node-failure.ts";
import { timeoutHandle } from "./pause-timeout.ts";
import { listRetryPolicyProblems } from "./retry-policy-problems.ts";
import type { TransformEngine } from "./transform-engine.ts";

/** The most steps that a definition may allow itself. */
export const greatestMaxSteps = 1_000_000;

/** The longest that a workflow may last: 366 days in ms (DESIGN 4, retention). */
export const greatestDurationMs = 366 * 24 * 60 * 60 * 1_000;

/** Names that could reach a prototype when a context is kept in a plain object (I17). */
const reservedIds: readonly string[] = ["__proto__", "constructor", "prototype"];

/** Everything that is wrong with a definition, one sentence each; it may come straight from a JSON file. */
export function listDefinitionProblems(
  definition: RunnableDefinition,
  nodeDefinitions: NodesDefinition,
  transformEngines: readonly TransformEngine[] = [],
): string[] {
  const malformed = listMalformedParts(definition);
  if (malformed.length > 0) return malformed;
  const problems = [
    ...listNodeProblems(definition.nodes, nodeDefinitions),
    ...listDataProblems(definition.nodes, transformEngines),
    ...listEdgeProblems(definition, nodeDefinitions),
    ...listCompensationProblems(definition),
    ...listStartProblems(definition),
    ...listLimitProblems(definition),
  ];
  return [...new Set(problems)];
}

function listMalformedParts(definition: unknown): string[] {
  if (!isRecord(definition)) return ["The definition is not an object"];
  const { nodes, edges } = definition;
  if (!Array.isArray(nodes) || nodes.length === 0) return ["The definition has no nodes"];
  if (!Array.isArray(edges)) return ["The definition has no edges list"];
  return [
    ...nodes.flatMap((node: unknown, index) => listMissingTexts(`nodes[${index}]`, node, ["id", "type"])),
    ...edges.flatMap((edge: unknown, index) => listMissingTexts(`edges[${index}]`, edge, ["source", "target"])),
  ];
}

function listMissingTexts(name: string, part: unknown, keys: readonly string[]): string[] {
  if (!isRecord(part)) return [`${name} is not an object`];
  return keys.filter((key) => typeof part[key] !== "string").map((key) => `${name} has no ${key}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function listNodeProblems(nodes: readonly Node[], nodeDefinitions: NodesDefinition): string[] {
  const seen = new Set<string>();
  return nodes.flatMap((node, index) => {
    const problems: string[] = [];
    if (node.id === "") problems.push(`nodes[${index}] has an empty id`);
    if (reservedIds.includes(node.id)) problems.push(`Node id '${node.id}' is a reserved name`);
    if (seen.has(node.id)) problems.push(`Node id '${node.id}' is used twice`);
    if (typeof findNodeDefinition(nodeDefinitions, node.type)?.executor !== "function") {
      problems.push(`Node definition not found for type: ${node.type}`);
    }
    seen.add(node.id);
    if (!isWholeUpTo(node.pauseTimeoutMs, greatestDurationMs)) {
      problems.push(
        `Node '${node.id}' has a pauseTimeoutMs that is not a whole number from 1 to ${greatestDurationMs}`,
      );
    }
    return [...problems, ...listRetryPolicyProblems(node)];
  });
}

function listDataProblems(nodes: readonly Node[], transformEngines: readonly TransformEngine[]): string[] {
  return nodes.flatMap(({ id, data }) =>
    transformEngines.flatMap((engine) => engine.problemsOf?.(data) ?? []).map((problem) => `Node '${id}': ${problem}`),
  );
}

function listEdgeProblems(definition: RunnableDefinition, nodeDefinitions: NodesDefinition): string[] {
  const nodes = new Map(definition.nodes.map((node) => [node.id, node]));
  const exits = new Set<string>();
  return definition.edges.flatMap((edge, index) => {
    const name = typeof edge.id === "string" && edge.id !== "" ? `Edge '${edge.id}'` : `edges[${index}]`;
    const problems: string[] = [];
    const source = nodes.get(edge.source);
    if (source === undefined) problems.push(`${name} comes from an unknown node '${edge.source}'`);
    if (!nodes.has(edge.target)) problems.push(`${name} leads to an unknown node '${edge.target}'`);
    const exit = JSON.stringify([edge.source, edge.sourceHandle ?? null]);
    if (exits.has(exit))
      problems.push(`${name} leaves '${edge.source}' by ${exitName(edge)}, which has an edge already`);
    exits.add(exit);
    const handles = source && handlesOf(findNodeDefinition(nodeDefinitions, source.type), source);
    if (source && handles && edge.sourceHandle != null && !mayLeaveBy(source, handles, edge.sourceHandle)) {
      problems.push(
        `${name} leaves '${edge.source}' by ${exitName(edge)}, which its type '${source.type}' does not declare`,
      );
    }
    return problems;
  });
}

/** Besides what its type declares, a node is left by failing, and by pausing for too long if it has a bound for that. */
function mayLeaveBy({ pauseTimeoutMs }: Node, declared: readonly string[], handle: string): boolean {
  if (handle === errorHandle || (handle === timeoutHandle && pauseTimeoutMs !== undefined)) return true;
  return declared.includes(handle);
}

function exitName(edge: Edge): string {
  return edge.sourceHandle == null ? "its default exit" : `the handle '${edge.sourceHandle}'`;
}

function listStartProblems(definition: RunnableDefinition): string[] {
  const start = resolveStart(definition);
  return "problem" in start ? [start.problem] : [];
}

function listLimitProblems({ maxSteps, longestDurationMs }: RunnableDefinition): string[] {
  return [
    ...(isWholeUpTo(maxSteps, greatestMaxSteps)
      ? []
      : [`maxSteps must be a whole number from 1 to ${greatestMaxSteps}`]),
    ...(isWholeUpTo(longestDurationMs, greatestDurationMs)
      ? []
      : [`longestDurationMs must be a whole number from 1 to ${greatestDurationMs} (366 days)`]),
  ];
}

function isWholeUpTo(value: number | undefined, greatest: number): boolean {
  return value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= greatest);
}
