import { posix } from "node:path";
import { type SourceFile, withoutComments } from "./source-file.ts";

/** The most lines that a source file may have (STYLE). */
const maxLines = 250;

/** What makes a program depend on the moment, the machine or chance. */
const ambient: Readonly<Record<string, RegExp>> = {
  "Date.now": /\bDate\s*\.\s*now\b/,
  "new Date()": /\bnew\s+Date\s*(?:\(\s*\)|(?![\s(\w]))/,
  "performance.now": /\bperformance\s*\.\s*now\b/,
  "Math.random": /\bMath\s*\.\s*random\b/,
  randomUUID: /\brandomUUID\b/,
  randomBytes: /\brandomBytes\b/,
  getRandomValues: /\bgetRandomValues\b/,
  "a timer": /\bset(?:Timeout|Interval|Immediate)\b/,
};

/** Files that may use one of them although they stand in no platform. */
const ambientExceptions: readonly { readonly path: string; readonly use: string; readonly reason: string }[] = [
  { path: "src/engine/workflow-engine.ts", use: "Date.now", reason: "the default of the clock that is handed in" },
  { path: "src/engine/workflow-engine.ts", use: "Math.random", reason: "the default of the chance that is handed in" },
];

/** `process.env` in any spelling, and `process` under another name. */
const environmentAccess =
  /\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*(?:\?\.)?\s*\[|["']node:process["']|["']process["']/;

/** What is wrong with a file besides its imports, one line for each. */
export function checkSource(file: SourceFile): readonly string[] {
  const problems: string[] = [];
  const name = posix.basename(file.path);
  if (name !== "README.md" && !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)+$/.test(name)) {
    problems.push("its name is not kebab-case");
  }
  if (!file.path.endsWith(".ts")) return problems.map((problem) => `${file.path}: ${problem}`);
  const code = withoutComments(file.text);
  const lines = file.text.trimEnd().split("\n").length;
  if (lines > maxLines) problems.push(`it has ${lines} lines, more than ${maxLines}`);
  if (/^export\s+default\b|\bas\s+default\b/m.test(code)) problems.push("it has a default export");
  for (const use of usesOf(code)) {
    const isExcepted = ambientExceptions.some((exception) => exception.path === file.path && exception.use === use);
    if (!isPlatform(file) && !isExcepted) problems.push(`it uses ${use}, which only platforms may`);
  }
  if (isPlatform(file, "memory") && usesOf(code).length > 0) {
    problems.push(`it uses ${usesOf(code).join(", ")}, but the memory platform is deterministic`);
  }
  return problems.map((problem) => `${file.path}: ${problem}`);
}

/** What is wrong with where the environment is read: one file per platform, and nowhere else. */
export function checkEnvironmentAccess(files: readonly SourceFile[]): readonly string[] {
  const readers = files.filter(({ text }) => environmentAccess.test(withoutComments(text)));
  const outside = readers.filter((file) => !isPlatform(file)).map(({ path }) => `${path}: reads process.env`);
  const perPlatform = Map.groupBy(
    readers.filter((file) => isPlatform(file)),
    ({ path }) => path.split("/").slice(0, 3).join("/"),
  );
  const crowded = [...perPlatform].flatMap(([platform, { length }]) =>
    length > 1
      ? [`${platform}: ${length} files read process.env: ${perPlatform.get(platform)?.map(({ path }) => path)}`]
      : [],
  );
  return [...outside, ...crowded];
}

function usesOf(code: string): readonly string[] {
  return Object.entries(ambient).flatMap(([use, pattern]) => (pattern.test(code) ? [use] : []));
}

function isPlatform({ path }: SourceFile, name = ""): boolean {
  return path.startsWith(`src/platforms/${name}`);
}
