import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditDependencies } from "../../scripts/audit-dependencies.ts";

/** The shape of `npm audit --json` (npm 11, auditReportVersion 2), of the vulnerabilities that are named. */
function reportOf(...severities: readonly string[]): string {
  const vulnerabilities = Object.fromEntries(
    severities.map((severity, index) => [`package-${index}`, { severity, range: "<1.2.3", via: [], effects: [] }]),
  );
  const metadata = { vulnerabilities: { total: severities.length }, dependencies: { total: 200 } };
  return JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata });
}

describe("the audit", () => {
  let directory = "";
  let lines: string[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "audit-"));
    lines = [];
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** Audits by an npm that prints this and ends with this exit code. */
  async function audit(output: string, exitCode: number) {
    const npm = join(directory, "npm");
    writeFileSync(join(directory, "output"), output);
    writeFileSync(npm, `#!/bin/sh\necho "$@" >> calls\ncat output\necho npm warn audit >&2\nexit ${exitCode}\n`);
    chmodSync(npm, 0o755);
    const options = { npm, projectDirectory: directory, print: (line: string) => lines.push(line) };
    return (await auditDependencies(options)).map(({ outcome }) => outcome);
  }

  test("asks for what is deployed, and then for everything", async () => {
    await audit(reportOf(), 0);
    const flags = "--json --audit-level=high --fetch-retries=1 --fetch-timeout=30000";
    expect(readFileSync(join(directory, "calls"), "utf8")).toBe(`audit --omit=dev ${flags}\naudit ${flags}\n`);
  });

  test("is clean without a vulnerability, and with low and moderate ones", async () => {
    expect(await audit(reportOf(), 0)).toEqual(["clean", "clean"]);
    expect(await audit(reportOf("low", "moderate"), 0)).toEqual(["clean", "clean"]);
    expect(lines.at(-1)).toBe("OK npm audit of all dependencies (2 low or moderate)");
  });

  test.each(["high", "critical"])("names every package with a %s one", async (severity) => {
    expect(await audit(reportOf("low", severity), 1)).toEqual(["finding", "finding"]);
    expect(lines.slice(0, 2)).toEqual([
      `${severity}: package-1 <1.2.3`,
      "FAILED npm audit of what is deployed: 1 high or critical",
    ]);
  });

  test("says plainly that it was skipped where no registry answers", async () => {
    const refusal = { message: "405 Method Not Allowed - POST https://registry.test/bulk", error: { summary: "" } };
    expect(await audit(JSON.stringify(refusal), 1)).toEqual(["skipped", "skipped"]);
    expect(lines[0]).toBe(
      "SKIPPED npm audit of what is deployed: 405 Method Not Allowed - POST https://registry.test/bulk",
    );
  });

  test("is skipped, not clean, when npm prints no report", async () => {
    expect(await audit("", 0)).toEqual(["skipped", "skipped"]);
    expect(lines[0]).toBe("SKIPPED npm audit of what is deployed: npm gave no report");
  });
});
