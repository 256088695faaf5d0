import * as v from "valibot";

/** Values by name, described for editors: as valibot's record, but without lists, which it takes for records with the names 0, 1, …. */
export function recordOf<const TSchema extends v.GenericSchema>(value: TSchema, description: string) {
  return v.pipe(
    v.custom<Readonly<Record<string, v.InferInput<TSchema>>>>(
      (input) => typeof input === "object" && input !== null && !Array.isArray(input),
      "must be an object",
    ),
    // Here, since JSON Schema is made of what stands before the second schema.
    v.description(description),
    v.record(v.string(), value),
  );
}
