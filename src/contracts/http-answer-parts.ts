import * as v from "valibot";
import { maxTagLength, TagName } from "./ids.ts";

/** A time. */
export const EpochMs = v.pipe(v.number(), v.description("Epoch milliseconds."));
/** A duration. */
export const Milliseconds = v.pipe(v.number(), v.description("Milliseconds."));
/** The status of a workflow. */
export const Status = v.picklist(["active", "paused", "error", "completed", "failed"]);
/** The business keys of a workflow, by name. */
export const Tags = v.pipe(v.record(TagName, v.pipe(v.string(), v.maxLength(maxTagLength))), v.readonly());
/** A value that a workflow was given or made. */
export const Json = v.pipe(
  v.unknown(),
  v.description('Any JSON value. One too large to show stands as `{ "$reference": { key, sizeBytes, sha256 } }`.'),
);
