/** The Standard Schema v1 interface (https://standardschema.dev), the part that validation needs. */
export interface StandardSchemaV1<TInput = unknown, TOutput = TInput> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardSchemaResult<TOutput> | Promise<StandardSchemaResult<TOutput>>;
    /** Standard JSON Schema v1 (https://standardschema.dev/json-schema), where the library has it; throws for what JSON Schema cannot say. */
    readonly jsonSchema?: {
      readonly input: (options: { readonly target: string }) => Readonly<Record<string, unknown>>;
      readonly output?: (options: { readonly target: string }) => Readonly<Record<string, unknown>>;
    };
    readonly types?: { readonly input: TInput; readonly output: TOutput } | undefined;
  };
}

/** A value that fits, or the issues that say why it does not. */
export type StandardSchemaResult<TOutput> =
  | { readonly value: TOutput; readonly issues?: undefined }
  | { readonly issues: readonly StandardSchemaIssue[] };

/** One reason why a value does not fit, and where. */
export interface StandardSchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema takes, as a type; `unknown` for one that does not say. */
export type SchemaInput<TSchema> = TSchema extends StandardSchemaV1
  ? NonNullable<TSchema["~standard"]["types"]>["input"]
  : unknown;

/** What a schema yields, as a type; `unknown` for one that does not say. */
export type SchemaOutput<TSchema> = TSchema extends StandardSchemaV1
  ? NonNullable<TSchema["~standard"]["types"]>["output"]
  : unknown;
