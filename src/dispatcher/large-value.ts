import type { ValueReference } from "../ports/workflow-store.ts";

/** Stands in a snapshot for a value that lies in the payload bucket, until `hydrate` puts the value in its place. */
export class LargeValue {
  readonly reference: ValueReference;

  constructor(reference: ValueReference) {
    this.reference = reference;
  }

  /** What a caller sees of a value that is too large for the answer. */
  toJSON(): { readonly $reference: ValueReference } {
    return { $reference: this.reference };
  }
}
