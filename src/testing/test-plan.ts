import { parseWorkflowDefinition } from "../contracts/workflow-definition.ts";
import { type PrepareDefinition, prepareOnce } from "../dispatcher/index.ts";
import {
  findStartNodeId,
  type Node,
  type NodeDefinition,
  RefluxoError,
  type WorkflowDefinition,
} from "../engine/index.ts";
import { CompiledTexts } from "../expressions/index.ts";
import { nodes } from "../nodes/index.ts";
import { isNodeDefinition } from "./fake-node.ts";
import { findEntry, unknownEntries } from "./find-entry.ts";
import type { RunOptions } from "./run-options.ts";

/** One node of one definition, and what runs in its place. */
export interface PlannedNode {
  readonly definitionId: string;
  readonly node: Node;
  /** Under which it stands in the catalog of the run: node types are shared, fakes are not. */
  readonly type: string;
  /** What the node's type is without a fake. */
  readonly original: NodeDefinition | undefined;
  readonly definition: NodeDefinition;
}

/** What a run is made of, checked. */
export interface TestPlan {
  readonly options: RunOptions;
  readonly main: WorkflowDefinition;
  /** All definitions as the user wrote them, the main one first. */
  readonly written: readonly WorkflowDefinition[];
  /** The same, with a node type for each node. */
  readonly definitions: readonly WorkflowDefinition[];
  readonly nodes: readonly PlannedNode[];
  /** What all processes of all its runs make of the definitions and their texts, made once. */
  readonly prepare: PrepareDefinition;
  readonly texts: CompiledTexts;
}

/**
 * Puts together what is run. Throws a `ParseError` for a definition that is none, `testing.unknown-name` for a fake,
 * failure or answer that is about no node, and what the engine says of a graph without a start.
 */
export function planTest(definition: object, options: RunOptions): TestPlan {
  const written = [definition, ...(options.definitions ?? [])].map((json, index) =>
    parseWorkflowDefinition(json, index === 0 ? "definition" : `definitions[${index - 1}]`),
  );
  const [main] = written;
  if (main === undefined) throw new RefluxoError("testing.no-definition", "There is no definition to run");
  findStartNodeId(main);
  for (const name of ["fakes", "failures", "answers"] as const) assertKnown(name, options[name], written);
  const planned = written.map((workflow) => planNodes(workflow, options));
  return {
    options,
    main,
    written,
    definitions: written.map((workflow, index) => {
      const types = new Map(planned[index]?.map(({ node, type }) => [node.id, type]));
      return { ...workflow, nodes: workflow.nodes.map((node) => ({ ...node, type: types.get(node.id) ?? node.type })) };
    }),
    nodes: planned.flat(),
    prepare: prepareOnce(),
    texts: new CompiledTexts(),
  };
}

function assertKnown(
  name: string,
  entries: RunOptions["fakes" | "failures" | "answers"],
  definitions: TestPlan["written"],
) {
  if (entries === undefined || typeof entries === "function") return;
  const [unknown] = unknownEntries(entries, definitions);
  if (unknown === undefined) return;
  throw new RefluxoError("testing.unknown-name", `\`${name}\` has "${unknown}", and no node has that id or type`);
}

/** The nodes that can run; what has neither a type nor a fake keeps its name, for the engine to say so. */
function planNodes(
  { id: definitionId, nodes: graph }: WorkflowDefinition,
  options: RunOptions,
): readonly PlannedNode[] {
  const types: Readonly<Record<string, NodeDefinition>> = { ...nodes, ...options.nodeDefinitions };
  return graph.flatMap((node) => {
    const original = Object.hasOwn(types, node.type) ? types[node.type] : undefined;
    const fake = findEntry(options.fakes, definitionId, node);
    if (fake === undefined && original === undefined) return [];
    return [{ definitionId, node, type: `${node.type}:${definitionId}:${node.id}`, original, definition: traitsOf() }];

    function traitsOf(): NodeDefinition {
      const executor: NodeDefinition["executor"] = async () => {
        throw new RefluxoError("testing.no-original", `There is no node type ${node.type} behind the fake`);
      };
      if (fake === undefined || typeof fake === "function") return original ?? { executor };
      return isNodeDefinition(fake) ? fake : { ...(original ?? { executor }), ...fake.traits };
    }
  });
}
