import * as v from "valibot";
import { ImportSummary } from "../csv-import/import-file.ts";

/** The workflow's input: the schedule that fired, and for when. */
export const ScheduledRun = v.object({
  /** ISO 8601, as EventBridge sends it. */
  scheduledAt: v.pipe(v.string(), v.isoTimestamp("must be an ISO 8601 time")),
  rule: v.string(),
});

/** What one report is about: its day in UTC, and the latest import, if there has been one. */
export const ReportFacts = v.object({
  date: v.pipe(v.string(), v.isoDate()),
  rule: v.string(),
  latestImport: v.nullable(ImportSummary),
});
export type ReportFacts = v.InferOutput<typeof ReportFacts>;

/** A report as text, small enough to stand in a result: an import keeps at most 100 errors. */
export const RenderedReport = v.object({ date: v.pipe(v.string(), v.isoDate()), markdown: v.string() });
export type RenderedReport = v.InferOutput<typeof RenderedReport>;
