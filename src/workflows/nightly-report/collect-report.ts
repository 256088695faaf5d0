import * as v from "valibot";
import { parse } from "../../contracts/parse-error.ts";
import { parseJson } from "../../contracts/parse-json.ts";
import { type BlobStore, defineNode, given } from "../../nodes/index.ts";
import { ImportSummary } from "../csv-import/import-file.ts";
import { ReportFacts, ScheduledRun } from "./report.ts";

/** `latestKey`: the object in the payload bucket that holds the summary of the import that ended last. */
const CollectReportData = v.strictObject({ latestKey: v.string() });

/** Gathers what the report tells. The day comes from the event, so a late or repeated run reports on the same day. */
export const collectReport = defineNode({
  metadata: { description: "Gathers what the report tells.", input: CollectReportData, output: ReportFacts },
  retryPolicy: { maxAttempts: 5, interval: 1_000, backoff: "exponential" },
  async executor(data, _context, externalPayload, globals) {
    const { blobs, payloadBucket } = given(globals, "globals");
    const { scheduledAt, rule } = parse(ScheduledRun, externalPayload, "input");
    const date = new Date(scheduledAt).toISOString().slice(0, 10);
    return { data: { date, rule, latestImport: await readSummary(blobs, payloadBucket, data.latestKey) } };
  },
});

async function readSummary(blobs: BlobStore, bucket: string, key: string): Promise<ImportSummary | null> {
  const object = await blobs.read({ bucket, key });
  if (object === undefined) return null;
  return parse(ImportSummary, parseJson(new TextDecoder().decode(object.bytes), key), key);
}
