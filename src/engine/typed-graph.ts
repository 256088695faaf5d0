import type { HandlesDeclaration } from "./define-node.ts";
import type { Node, NodesDefinition, WorkflowDefinition } from "./definition.ts";
import type { SchemaInput } from "./standard-schema.ts";

/** A JSONata expression in place of a value: `{% nodes.order.last.total %}`. */
export type Expression = `{%${string}%}`;

/** A value, or the same with an expression in place of any part of it. */
export type Expressible<TValue> =
  | Expression
  | (TValue extends object ? { readonly [TKey in keyof TValue]: Expressible<TValue[TKey]> } : TValue);

/** The least that is known of every node. */
export interface NodeShape {
  readonly id: string;
  readonly type: string;
}

/** The ids of some nodes. */
export type IdOf<TNodes extends readonly NodeShape[]> = TNodes[number]["id"];

/** A type's data as its input schema takes it; `unknown` without one. */
type DataOf<TNodeType> = TNodeType extends { readonly metadata?: infer TMetadata }
  ? NonNullable<TMetadata> extends { readonly input: infer TSchema }
    ? SchemaInput<TSchema>
    : unknown
  : unknown;

/** The handles that a type declares; `string` when it declares none, and so all are allowed. */
type HandleOf<TNodeType> = TNodeType extends { readonly handles: infer THandles }
  ? THandles extends HandlesDeclaration<infer THandle>
    ? THandle
    : string
  : string;

/** A node of one type in a graph with these ids; `data` may be left out when the empty object fits. */
type NodeOfType<TType, TData, TId> = Omit<Node, "type" | "data" | "compensate"> & {
  readonly type: TType;
  readonly compensate?: TId;
} & (Record<never, never> extends TData
    ? { readonly data?: Expressible<TData> }
    : { readonly data: Expressible<TData> });

/** What each node must be: one of its type; where that is unknown, one of a known type. */
export type CheckedNodes<TTypes extends NodesDefinition, TNodes extends readonly NodeShape[]> = {
  readonly [TIndex in keyof TNodes]: TNodes[TIndex]["type"] extends keyof TTypes
    ? NodeOfType<TNodes[TIndex]["type"], DataOf<TTypes[TNodes[TIndex]["type"]]>, IdOf<TNodes>>
    : { readonly id: string; readonly type: keyof TTypes };
};

/** An edge from some nodes; none from no node. */
type EdgeFrom<TSource, TTarget, THandle> = [TSource] extends [never]
  ? never
  : { readonly id: string; readonly source: TSource; readonly target: TTarget; readonly sourceHandle?: THandle };

/** An edge by a declared handle of its source, by `error`, or by `timeout` from a node whose pauses end. */
export type TypedEdge<TTypes extends NodesDefinition, TNodes extends readonly NodeShape[]> = {
  // By type and not by node, so that the union stays small in a large graph.
  readonly [TType in TNodes[number]["type"] & keyof TTypes]:
    | EdgeFrom<Extract<TNodes[number], { readonly type: TType }>["id"], IdOf<TNodes>, HandleOf<TTypes[TType]> | "error">
    | EdgeFrom<
        Extract<TNodes[number], { readonly type: TType; readonly pauseTimeoutMs: number }>["id"],
        IdOf<TNodes>,
        "timeout"
      >;
}[TNodes[number]["type"] & keyof TTypes];

/** The settings of a definition beside its graph. */
export type WorkflowSettings = Omit<WorkflowDefinition, "nodes" | "edges" | "startNodeId">;
