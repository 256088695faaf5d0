import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { lintSecurity } from "../../scripts/lint-security.ts";
import { asList, at, template } from "../template/read-project-template.ts";

describe("linting for security", () => {
  let directory = "";
  let lines: string[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "security-"));
    lines = [];
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  async function lintWith(script?: string) {
    const path = join(directory, "checkov");
    if (script !== undefined) writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const print = (line: string) => lines.push(line);
    const results = await lintSecurity({ binaryDirectories: [directory], projectDirectory: directory, print });
    return results.map(({ outcome }) => outcome);
  }

  test("scans the template, and every file for secrets, with the settings of .checkov.yaml", async () => {
    expect(await lintWith('echo "$@" >> calls')).toEqual(["clean", "clean"]);
    expect(readFileSync(join(directory, "calls"), "utf8")).toBe(
      "--config-file .checkov.yaml --framework cloudformation --file template.yaml\n" +
        "--config-file .checkov.yaml --framework secrets --directory . --enable-secret-scan-all-files\n",
    );
    expect(lines).toEqual(["OK checkov template.yaml", "OK checkov for secrets"]);
  });

  test("prints what Checkov found, and fails", async () => {
    expect(await lintWith("echo CKV_AWS_21 here; exit 1")).toEqual(["finding", "finding"]);
    expect(lines.slice(0, 2)).toEqual(["CKV_AWS_21 here", "FAILED checkov template.yaml (exit code 1)"]);
  });

  test("fails for a template that Checkov could not read, though Checkov itself exits with 0", async () => {
    const summary = "Passed checks: 0, Failed checks: 0, Skipped checks: 0, Parsing errors: 1";
    expect(await lintWith(`echo '${summary}'`)).toEqual(["finding", "clean"]);
  });

  test("says plainly that Checkov was skipped because it is not installed", async () => {
    expect(await lintWith()).toEqual(["skipped", "skipped"]);
    expect(lines[0]).toMatch(
      /^SKIPPED checkov template.yaml: not installed \(pip install -r scripts\/requirements-checkov.txt/,
    );
  });
});

const readText = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const config = parse(readText(".checkov.yaml"));

describe("the scan for secrets", () => {
  const skips = (path: string) => config["skip-path"].some((pattern: string) => new RegExp(pattern).test(path));

  test("leaves out what git ignores: a virtual environment alone would take it minutes and 65 findings", () => {
    const ignored = readText(".gitignore")
      .split("\n")
      .filter((line) => line.endsWith("/"));
    expect(ignored.length).toBeGreaterThan(5);
    for (const folder of ignored) expect(skips(`${folder}some/file.json`), folder).toBe(true);
  });

  test.each(["src/platforms/aws/config.ts", "template.yaml", "events/sqs.json", "docs/deploy.md", ".ci/run"])(
    "reads %s",
    (path) => expect(skips(path)).toBe(false),
  );
});

describe("a suppressed finding", () => {
  const suppressions = Object.entries(template.Resources).flatMap(([id, { Metadata }]) =>
    asList(at(Metadata, "checkov", "skip")).map((skip) => ({ id, check: at(skip, "id"), reason: at(skip, "comment") })),
  );

  test("of one resource names its check and its reason", () => {
    expect(suppressions.length).toBeGreaterThan(0);
    for (const { id, check, reason } of suppressions) {
      expect(check, id).toMatch(/^CKV2?_AWS_\d+$/);
      expect(String(reason).length, `${id} ${check}`).toBeGreaterThan(20);
    }
  });

  test("of a whole kind is one check, and not suppressed again next to a resource", () => {
    const everywhere: readonly string[] = config["skip-check"];
    expect(everywhere.length).toBeGreaterThan(0);
    for (const check of everywhere) expect(check).toMatch(/^CKV2?_AWS_\d+$/);
    expect(suppressions.filter(({ check }) => everywhere.includes(String(check)))).toEqual([]);
  });
});
