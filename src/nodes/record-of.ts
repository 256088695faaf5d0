import * as v from "valibot";

/** Names that valibot's record leaves out without a word. */
const reservedNames: readonly string[] = ["__proto__", "constructor", "prototype"];

/**
 * A record of valibot's, described for editors, that takes no lists, which are records with the names 0, 1, …, and refuses
 * the names that it would leave out. JSON Schema is made of its `record`.
 */
export function wholeRecord<const TSchema extends v.GenericSchema<Record<string, unknown>>>(
  record: TSchema,
  description: string,
) {
  const anyObject = v.custom<v.InferInput<TSchema>>(
    (input) => typeof input === "object" && input !== null && !Array.isArray(input),
    "must be an object",
  );
  return v.pipe(
    { ...anyObject, record },
    v.check(
      (input) => !reservedNames.some((name) => Object.hasOwn(input, name)),
      `must have no name such as ${reservedNames.join(", ")}`,
    ),
    v.description(description),
    record,
  );
}

/** Values by name, as `wholeRecord`. */
export function recordOf<const TSchema extends v.GenericSchema>(value: TSchema, description: string) {
  return wholeRecord(v.record(v.string(), value), description);
}
