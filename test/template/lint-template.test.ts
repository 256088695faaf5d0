import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lintTemplate } from "../../scripts/lint-template.ts";

describe("linting the template", () => {
  let directory = "";
  let lines: string[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "lint-"));
    lines = [];
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function install(binary: string, script: string) {
    const path = join(directory, binary);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }

  const lint = () =>
    lintTemplate({
      binaryDirectories: [join(directory, "none"), directory],
      projectDirectory: directory,
      print: (line) => lines.push(line),
    });

  test("is clean when both linters find nothing", async () => {
    install("cfn-lint", 'test "$*" = template.yaml');
    install("sam", 'test "$*" = "validate --lint --template-file template.yaml"');
    expect(await lint()).toEqual([
      { linter: "cfn-lint", outcome: "clean" },
      { linter: "sam validate --lint", outcome: "clean" },
    ]);
    expect(lines).toEqual(["OK cfn-lint", "OK sam validate --lint"]);
  });

  test("prints what a linter found, and still runs the other", async () => {
    install("cfn-lint", "echo E3002 here; echo and here >&2; exit 2");
    install("sam", "exit 0");
    expect((await lint()).map(({ outcome }) => outcome)).toEqual(["finding", "clean"]);
    expect(lines[0]).toContain("E3002 here");
    expect(lines[0]).toContain("and here");
    expect(lines.slice(1)).toEqual(["FAILED cfn-lint (exit code 2)", "OK sam validate --lint"]);
  });

  test("says plainly which linter it skipped because it is not installed", async () => {
    install("sam", "exit 0");
    expect((await lint()).map(({ outcome }) => outcome)).toEqual(["skipped", "clean"]);
    expect(lines[0]).toBe("SKIPPED cfn-lint: not installed (pip install -r scripts/requirements.txt)");
  });

  test("runs the linters in the template's folder", async () => {
    install("cfn-lint", "pwd");
    install("sam", "exit 0");
    await lint();
    expect(lines[0]).toContain(directory.split("/").at(-1));
  });
});
