import { type LintOptions, type LintResult, lintProject, runLinters } from "./run-linters.ts";

const install = "pip install -r scripts/requirements.txt";
const linters = [
  { linter: "cfn-lint", binary: "cfn-lint", args: ["template.yaml"], install },
  {
    linter: "sam validate --lint",
    binary: "sam",
    args: ["validate", "--lint", "--template-file", "template.yaml"],
    install,
  },
] as const;

/** Runs cfn-lint and `sam validate --lint` on `<projectDirectory>/template.yaml`; says so, and goes on, where one is not installed. */
export async function lintTemplate(options: LintOptions): Promise<readonly LintResult[]> {
  return runLinters(linters, options);
}

if (import.meta.main) process.exitCode = await lintProject(lintTemplate, [".venv"]);
