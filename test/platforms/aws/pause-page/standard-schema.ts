import type { StandardSchemaV1 } from "../../../../src/engine/index.ts";

/** A schema of some other library, which takes everything unless a test says otherwise. */
export function standardSchema(parts: Partial<StandardSchemaV1["~standard"]>): StandardSchemaV1 {
  return { "~standard": { version: 1, vendor: "other", validate: (value) => ({ value }), ...parts } };
}
