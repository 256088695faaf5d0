import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";

/** A program that exits with 0 when it finds nothing, and how it is installed where it is missing. */
export interface Linter {
  readonly linter: string;
  readonly binary: string;
  readonly args: readonly string[];
  readonly install: string;
  /** Output that is a finding whatever the exit code says. */
  readonly failsOn?: RegExp;
}

/** What one linter said: it found nothing, it found something (or could not run), or it is not installed. */
export interface LintResult {
  readonly linter: string;
  readonly outcome: "clean" | "finding" | "skipped";
}

/** Where to look for the linters, in order, where to run them, and where to say what happened. */
export interface LintOptions {
  readonly binaryDirectories: readonly string[];
  readonly projectDirectory: string;
  readonly print: (line: string) => void;
}

const projectDirectory = resolve(import.meta.dirname, "..");

/** Runs every linter in the project's folder, whatever the one before said; says so, and goes on, where one is not installed. */
export async function runLinters(linters: readonly Linter[], options: LintOptions): Promise<readonly LintResult[]> {
  const results: LintResult[] = [];
  for (const { linter, binary, args, install, failsOn } of linters) {
    const path = await findBinary(binary, options.binaryDirectories);
    if (path === undefined) {
      options.print(`SKIPPED ${linter}: not installed (${install})`);
      results.push({ linter, outcome: "skipped" });
      continue;
    }
    const { exitCode, output } = await run(path, args, options.projectDirectory);
    if (output !== "") options.print(output);
    const isClean = exitCode === 0 && failsOn?.test(output) !== true;
    options.print(isClean ? `OK ${linter}` : `FAILED ${linter} (exit code ${exitCode ?? "none"})`);
    results.push({ linter, outcome: isClean ? "clean" : "finding" });
  }
  return results;
}

/** Lints this project with what is installed in its virtual environments or on the PATH; returns the exit code: 1 for a finding. */
export async function lintProject(
  lint: (options: LintOptions) => Promise<readonly LintResult[]>,
  environments: readonly string[],
): Promise<0 | 1> {
  const virtual = environments.map((environment) => join(projectDirectory, environment, "bin"));
  const results = await lint({
    binaryDirectories: [...virtual, ...(process.env["PATH"] ?? "").split(delimiter)],
    projectDirectory,
    print: (line) => console.log(line),
  });
  return results.some(({ outcome }) => outcome === "finding") ? 1 : 0;
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
