import type { ChildrenPlan, NodeDefinition, NodeMetadata, RetryPolicy, StepContext } from "./definition.ts";
import { type AnswerFacts, readAnswer } from "./read-answer.ts";
import type { Context } from "./snapshot.ts";
import type { SchemaInput, SchemaOutput } from "./standard-schema.ts";

/** How a node type declares its exits: a list, or a function of the node's data. */
export type HandlesDeclaration<THandle extends string = string> =
  | readonly THandle[]
  | ((data: unknown) => readonly THandle[]);

/** The schema that stands under a key of the metadata, or `undefined`. */
type SchemaAt<TMetadata, TKey extends string> =
  TMetadata extends Readonly<Record<TKey, infer TSchema>> ? TSchema : undefined;

/** The data that the executor of a type with this metadata receives: what its input schema yields. */
export type ExecutorData<TMetadata> = SchemaOutput<SchemaAt<TMetadata, "input">>;

/** The data that an executor of a type with this metadata may return: what its output schema takes. */
export type ExecutorOutput<TMetadata> = SchemaInput<SchemaAt<TMetadata, "output">>;

/** The payload that the executor receives: `unknown` without a schema; with one, an answer that fits it or undefined. */
export type ExecutorPayload<TMetadata> = TMetadata extends { readonly externalPayload: infer TSchema }
  ? SchemaOutput<TSchema> | undefined
  : unknown;

/** The step that the executor receives; a type with a payload schema is also told why there is no answer. */
export type ExecutorStep<TMetadata> = TMetadata extends { readonly externalPayload: unknown }
  ? StepContext & AnswerFacts
  : StepContext;

/** What a typed executor resolves to: it leaves by a declared handle with data that fits, or it pauses. */
export type TypedOutcome<TOutput, THandle extends string> =
  | {
      /** Tells callers what is awaited; no schema checks it. */
      readonly data: unknown;
      readonly __pause: true;
      readonly dueAt?: number;
      readonly children?: ChildrenPlan;
      readonly nextHandle?: never;
    }
  // Last, since it is the last one that the compiler explains a mistake by.
  | {
      readonly data: TOutput;
      readonly nextHandle?: THandle;
      readonly __pause?: never;
      readonly dueAt?: never;
      readonly children?: never;
    };

/** A node type as it is written down; see `defineNode`. */
export interface NodeSpec<TMetadata extends NodeMetadata, THandle extends string, TGlobals> {
  readonly metadata?: TMetadata;
  readonly handles?: HandlesDeclaration<THandle>;
  readonly retryPolicy?: RetryPolicy;
  /** How long one attempt may take, ms, unless the node says otherwise. */
  readonly timeoutMs?: number;
  executor(
    data: ExecutorData<TMetadata>,
    context: Context,
    externalPayload: ExecutorPayload<TMetadata>,
    globals: TGlobals | undefined,
    step: ExecutorStep<TMetadata> | undefined,
  ): Promise<TypedOutcome<ExecutorOutput<TMetadata>, NoInfer<THandle>>>;
}

/** A node type that remembers its types, for `defineWorkflow`; everywhere else it is a plain `NodeDefinition`. */
export interface TypedNodeDefinition<TMetadata extends NodeMetadata, THandle extends string, TGlobals>
  extends NodeDefinition<ExecutorData<TMetadata>, unknown, TGlobals> {
  readonly metadata?: TMetadata;
  readonly handles: HandlesDeclaration<THandle>;
}

/** The function that `defineNodeWith` makes. */
export type DefineNode<TGlobals> = <
  const TMetadata extends NodeMetadata = Record<never, never>,
  const THandle extends string = never,
>(
  spec: NodeSpec<TMetadata, THandle, TGlobals>,
) => TypedNodeDefinition<TMetadata, THandle, TGlobals>;

/** A `defineNode` for a host whose `globals` have this type: `const defineNode = defineNodeWith<NodeGlobals>()`. */
export function defineNodeWith<TGlobals>(): DefineNode<TGlobals> {
  return (spec) => {
    // The schema that made the type of the payload judges it below, so the executor can be called as any other.
    const untyped: NodeDefinition = spec;
    const { metadata, handles = [], retryPolicy, timeoutMs } = spec;
    return {
      ...(metadata !== undefined && { metadata }),
      ...(retryPolicy !== undefined && { retryPolicy }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      handles,
      async executor(data, context, externalPayload, globals, step) {
        const answer = await readAnswer(metadata?.externalPayload, { externalPayload, step });
        return untyped.executor(data, context, answer.payload, globals, answer.step);
      },
    };
  };
}

/**
 * Makes a node type whose executor is typed by its schemas and handles: `data` is what `metadata.input` yields, what it
 * leaves with must fit `metadata.output`, and `nextHandle` must be one of `handles`. Without `handles` the default exit
 * is the only one, at run time too. With `metadata.externalPayload` the executor is given an answer that fits it or
 * undefined, never the input of the start (see `readAnswer`); without, the payload as it came.
 */
export const defineNode: DefineNode<unknown> = defineNodeWith<unknown>();
