import { type LintOptions, type LintResult, lintProject, runLinters } from "./run-linters.ts";

const install = "pip install -r scripts/requirements-checkov.txt, in a virtual environment of its own";
const config = ["--config-file", ".checkov.yaml"];
// .checkov.yaml has what both runs share. Only template.yaml is deployed: the templates under test/ are fixtures.
const linters = [
  {
    linter: "checkov template.yaml",
    binary: "checkov",
    args: [...config, "--framework", "cloudformation", "--file", "template.yaml"],
    install,
    // What it cannot read it finds nothing in, and exits with 0.
    failsOn: /Parsing errors: [1-9]/,
  },
  {
    linter: "checkov for secrets",
    binary: "checkov",
    // Without the last option it reads no TypeScript.
    args: [...config, "--framework", "secrets", "--directory", ".", "--enable-secret-scan-all-files"],
    install,
  },
] as const;

/** Runs Checkov on the template and, for secrets, on all files; says so, and goes on, where it is not installed. */
export async function lintSecurity(options: LintOptions): Promise<readonly LintResult[]> {
  return runLinters(linters, options);
}

if (import.meta.main) process.exitCode = await lintProject(lintSecurity, [".venv-checkov"]);
