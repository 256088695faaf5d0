import type { NodeDefinition, NodesDefinition, WorkflowDefinition } from "../../src/engine/index.ts";
import { type FoundExpression, findExpressions } from "./find-expressions.ts";
import type { Problem } from "./finding.ts";
import { type GraphFacts, readGraph } from "./graph-facts.ts";

/** What the rules look at: one definition whose shape is sound. */
export interface LintSubject {
  readonly definition: WorkflowDefinition;
  readonly nodeTypes: NodesDefinition;
  readonly graph: GraphFacts;
  readonly expressions: readonly FoundExpression[];
  /** Every definition that there is; undefined when that is not known. */
  readonly definitionIds: readonly string[] | undefined;
}

/** One rule: everything in a definition that breaks it. */
export type Rule = (subject: LintSubject) => readonly Problem[] | Promise<readonly Problem[]>;

/** Makes a definition ready for the rules. */
export function createSubject(
  definition: WorkflowDefinition,
  nodeTypes: NodesDefinition,
  definitionIds: readonly string[] | undefined,
): LintSubject {
  const [graph, expressions] = [readGraph(definition), findExpressions(definition.nodes)];
  return { definition, nodeTypes, graph, expressions, definitionIds };
}

/** The type of a node, unless there is no such type. */
export function typeOf(nodeTypes: NodesDefinition, type: string): NodeDefinition | undefined {
  return Object.hasOwn(nodeTypes, type) ? nodeTypes[type] : undefined;
}

/** The handles that the type of a node declares for it; undefined when it declares none, and so all are allowed. */
export function declaredHandles(
  nodeTypes: NodesDefinition,
  { type, data }: { readonly type: string; readonly data: unknown },
): readonly string[] | undefined {
  const handles = typeOf(nodeTypes, type)?.handles;
  return typeof handles === "function" ? handles(data) : handles;
}
