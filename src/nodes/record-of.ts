import * as v from "valibot";

/** Values by name: as valibot's record, but without lists, which it takes for records with the names 0, 1, …. */
export function recordOf<TValue>(value: v.GenericSchema<TValue>) {
  return v.pipe(
    v.custom<object>(
      (input) => typeof input === "object" && input !== null && !Array.isArray(input),
      "must be an object",
    ),
    v.record(v.string(), value),
  );
}
