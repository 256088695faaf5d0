import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";

/** What one linter said: it found nothing, it found something (or could not run), or it is not installed. */
export interface LintResult {
  readonly linter: string;
  readonly outcome: "clean" | "finding" | "skipped";
}

/** Where to look for the linters, in order, what to lint, and where to say what happened. */
export interface LintOptions {
  readonly binaryDirectories: readonly string[];
  readonly templateDirectory: string;
  readonly print: (line: string) => void;
}

const linters = [
  { linter: "cfn-lint", binary: "cfn-lint", args: ["template.yaml"] },
  { linter: "sam validate --lint", binary: "sam", args: ["validate", "--lint", "--template-file", "template.yaml"] },
] as const;

/** Runs cfn-lint and `sam validate --lint` on `<templateDirectory>/template.yaml`; says so, and goes on, where one is not installed. */
export async function lintTemplate(options: LintOptions): Promise<readonly LintResult[]> {
  const results: LintResult[] = [];
  for (const { linter, binary, args } of linters) {
    const path = await findBinary(binary, options.binaryDirectories);
    if (path === undefined) {
      options.print(`SKIPPED ${linter}: not installed (pip install -r scripts/requirements.txt)`);
      results.push({ linter, outcome: "skipped" });
      continue;
    }
    const { exitCode, output } = await run(path, args, options.templateDirectory);
    if (output !== "") options.print(output);
    options.print(exitCode === 0 ? `OK ${linter}` : `FAILED ${linter} (exit code ${exitCode ?? "none"})`);
    results.push({ linter, outcome: exitCode === 0 ? "clean" : "finding" });
  }
  return results;
}

async function findBinary(binary: string, directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    const path = join(directory, binary);
    const isExecutable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return path;
  }
  return undefined;
}

function run(
  path: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  return new Promise((resolveRun, reject) => {
    // SAM asks for a region even where it calls no AWS service, and reports its use unless told not to.
    const env = { AWS_DEFAULT_REGION: "us-east-1", ...process.env, SAM_CLI_TELEMETRY: "0" };
    const child = spawn(path, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (exitCode) => resolveRun({ exitCode, output: Buffer.concat(chunks).toString().trim() }));
  });
}

if (import.meta.main) {
  const projectDirectory = resolve(import.meta.dirname, "..");
  const results = await lintTemplate({
    binaryDirectories: [join(projectDirectory, ".venv", "bin"), ...(process.env["PATH"] ?? "").split(delimiter)],
    templateDirectory: projectDirectory,
    print: (line) => console.log(line),
  });
  process.exitCode = results.some(({ outcome }) => outcome === "finding") ? 1 : 0;
}
