import * as v from "valibot";
import { defineNode, given, readOutput } from "../../nodes/index.ts";
import { RenderedReport } from "./report.ts";

/** `reportFrom`: the node that rendered the report. */
const PublishReportData = v.strictObject({ reportFrom: v.string() });
const PublishedReport = v.object({ bucket: v.string(), key: v.string() });

/** Writes `reports/<date>.md` to the payload bucket; a repeated run replaces it. */
export const publishReport = defineNode({
  metadata: {
    description: "Writes the report to the payload bucket.",
    input: PublishReportData,
    output: PublishedReport,
  },
  retryPolicy: { maxAttempts: 5, interval: 1_000, backoff: "exponential" },
  async executor(data, context, _externalPayload, globals) {
    const { blobs, payloadBucket: bucket } = given(globals, "globals");
    const { date, markdown } = readOutput(RenderedReport, context, data.reportFrom);
    const key = `reports/${date}.md`;
    await blobs.write({ bucket, key }, markdown, "text/markdown; charset=utf-8");
    return { data: { bucket, key } };
  },
});
