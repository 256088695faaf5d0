import { execFile } from "node:child_process";
import { resolve } from "node:path";
import * as v from "valibot";

/** The npm to ask, the project's folder, and where to say what happened. */
export interface AuditOptions {
  readonly npm: string;
  readonly projectDirectory: string;
  readonly print: (line: string) => void;
}

/** What one audit said: nothing high or critical, something, or that no registry answered it. */
export interface AuditResult {
  readonly audit: string;
  readonly outcome: "clean" | "finding" | "skipped";
}

const audits = [
  { audit: "npm audit of what is deployed", args: ["--omit=dev"] },
  { audit: "npm audit of all dependencies", args: [] },
] as const;

/** What `npm audit --json` prints when a registry answered; anything else is npm's own error. */
const AuditReport = v.object({
  auditReportVersion: v.number(),
  vulnerabilities: v.record(v.string(), v.object({ severity: v.string(), range: v.string() })),
  metadata: v.object({ vulnerabilities: v.object({ total: v.number() }) }),
});
const AuditError = v.object({ message: v.string() });

/** Asks npm's registry for known vulnerabilities, high and critical ones; says so, and goes on, where it does not answer. */
export async function auditDependencies(options: AuditOptions): Promise<readonly AuditResult[]> {
  const results: AuditResult[] = [];
  for (const { audit, args } of audits) {
    const output = parseJson(await runNpm(options, args));
    const report = v.safeParse(AuditReport, output);
    if (!report.success) {
      const error = v.safeParse(AuditError, output);
      options.print(`SKIPPED ${audit}: ${error.success ? error.output.message : "npm gave no report"}`);
      results.push({ audit, outcome: "skipped" });
      continue;
    }
    const { vulnerabilities, metadata } = report.output;
    const grave = Object.entries(vulnerabilities).filter(([, { severity }]) => /^(high|critical)$/.test(severity));
    for (const [name, { severity, range }] of grave) options.print(`${severity}: ${name} ${range}`);
    const lesser = metadata.vulnerabilities.total - grave.length;
    options.print(
      grave.length === 0
        ? `OK ${audit} (${lesser} low or moderate)`
        : `FAILED ${audit}: ${grave.length} high or critical`,
    );
    results.push({ audit, outcome: grave.length === 0 ? "clean" : "finding" });
  }
  return results;
}

/** npm's standard output, whatever its exit code: 1 says that it found something as well as that it could not look. */
function runNpm({ npm, projectDirectory }: AuditOptions, args: readonly string[]): Promise<string> {
  const flags = ["--json", "--audit-level=high", "--fetch-retries=1", "--fetch-timeout=30000"];
  return new Promise((resolveRun) => {
    execFile(npm, ["audit", ...args, ...flags], { cwd: projectDirectory, maxBuffer: 2 ** 26 }, (_error, stdout) =>
      resolveRun(stdout),
    );
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const projectDirectory = resolve(import.meta.dirname, "..");
  const results = await auditDependencies({ npm: "npm", projectDirectory, print: (line) => console.log(line) });
  process.exitCode = results.some(({ outcome }) => outcome === "finding") ? 1 : 0;
}
