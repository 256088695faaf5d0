import type { StandardSchemaIssue, StandardSchemaV1 } from "./standard-schema.ts";

/** Why a value is not valid: the path (`a.b.0`, or `root`) and the reason. */
export interface ValidationError {
  readonly path: string;
  readonly message: string;
}

/** What a validator found; `data` replaces the value that was checked, unless it is undefined. */
export interface ValidationResult {
  readonly valid: boolean;
  readonly data?: unknown;
  readonly errors?: readonly ValidationError[];
}

/** Checks node data; `metadata.input` is the schema to check against, for a node's output too. */
export interface Validator {
  /** The engine passes the node type's metadata; for the output a copy of it whose `input` is its `output`. */
  validate(data: unknown, metadata: unknown): Promise<ValidationResult>;
}

/** Validates with any Standard Schema library (valibot, zod, …); without a schema everything is valid. */
export class StandardSchemaValidator implements Validator {
  /** Checks against `metadata.input`, or against `metadata` when that is a schema itself. */
  async validate(data: unknown, metadata: unknown): Promise<ValidationResult> {
    const schema = findSchema(metadata);
    if (schema === undefined) return { valid: true, data };
    const result = await schema["~standard"].validate(data);
    if (result.issues === undefined) return { valid: true, data: result.value };
    return { valid: false, errors: result.issues.map(describeIssue) };
  }
}

function findSchema(metadata: unknown): StandardSchemaV1 | undefined {
  if (isStandardSchema(metadata)) return metadata;
  if (typeof metadata !== "object" || metadata === null || !("input" in metadata)) return undefined;
  return isStandardSchema(metadata.input) ? metadata.input : undefined;
}

/** Some libraries' schemas are functions. */
function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  return ((typeof value === "object" && value !== null) || typeof value === "function") && "~standard" in value;
}

function describeIssue({ message, path = [] }: StandardSchemaIssue): ValidationError {
  const keys = path.map((segment) => String(typeof segment === "object" ? segment.key : segment));
  return { path: keys.length === 0 ? "root" : keys.join("."), message };
}
