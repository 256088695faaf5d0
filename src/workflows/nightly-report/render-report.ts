import * as v from "valibot";
import { defineNode, readOutput } from "../../nodes/index.ts";
import type { ImportSummary } from "../csv-import/import-file.ts";
import { RenderedReport, ReportFacts } from "./report.ts";

/** `factsFrom`: the node that collected what the report tells. */
const RenderReportData = v.strictObject({ factsFrom: v.string() });

/** Writes the report as Markdown. */
export const renderReport = defineNode({
  metadata: { description: "Writes the report as Markdown.", input: RenderReportData, output: RenderedReport },
  async executor(data, context) {
    const { date, rule, latestImport } = readOutput(ReportFacts, context, data.factsFrom);
    const body = latestImport === null ? ["No file has been imported yet."] : renderImport(latestImport);
    const markdown = [`# Report of ${date}`, "", `Started by the schedule ${escapeCell(rule)}.`, "", ...body, ""];
    return { data: { date, markdown: markdown.join("\n") } };
  },
});

function renderImport(summary: ImportSummary): readonly string[] {
  const { source, rows, validRows, invalidRows, stockUnits, errors } = summary;
  const lines = [
    `## Latest import: ${escapeCell(source.key)}`,
    "",
    "| rows | valid | invalid | units in stock |",
    "|---:|---:|---:|---:|",
    `| ${rows} | ${validRows} | ${invalidRows} | ${stockUnits} |`,
  ];
  if (errors.length === 0) return lines;
  const shown = errors.map(({ line, reason }) => `| ${line} | ${escapeCell(reason)} |`);
  return [
    ...lines,
    "",
    `The first ${errors.length} of ${invalidRows} errors:`,
    "",
    "| line | reason |",
    "|---:|---|",
    ...shown,
  ];
}

/** Text from a file name or a row must neither end its table cell nor become markup. */
function escapeCell(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]<>|#]/g, "\\$&");
}
