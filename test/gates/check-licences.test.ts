import { readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { checkLicences, PackageLock } from "../../scripts/check-licences.ts";

/** The findings of a lock file with one package. */
function findingsOf(entry: object): readonly string[] {
  const lock = { packages: { "": { license: "UNLICENSED" }, "node_modules/some": entry } };
  return checkLicences(v.parse(PackageLock, lock)).findings;
}

describe("the licences", () => {
  test("of all installed packages are allowed", () => {
    const lock = v.parse(
      PackageLock,
      JSON.parse(readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8")),
    );
    const { packages, findings } = checkLicences(lock);
    expect(findings).toEqual([]);
    expect(packages).toBeGreaterThan(50);
  });

  test.each(["MIT", "Apache-2.0", "ISC", "0BSD", "BSD-3-Clause"])("%s may be deployed", (license) => {
    expect(findingsOf({ license })).toEqual([]);
  });

  test.each(["GPL-3.0-only", "AGPL-3.0", "MPL-2.0", "SEE LICENSE IN licence.txt", "mit", ""])(
    "%j may not be deployed",
    (license) => {
      expect(findingsOf({ license })).toEqual([
        `node_modules/some (runtime) has the licence ${license}, which is not on the list for its use`,
      ]);
    },
  );

  test("MPL-2.0 may help to develop, GPL may not", () => {
    expect(findingsOf({ license: "MPL-2.0", dev: true })).toEqual([]);
    expect(findingsOf({ license: "GPL-3.0-only", dev: true })).toHaveLength(1);
  });

  test("a package that is optional, or a developer's and the runtime's at once, counts as deployed", () => {
    expect(findingsOf({ license: "MPL-2.0", optional: true })).toHaveLength(1);
    expect(findingsOf({ license: "MPL-2.0", devOptional: true })).toHaveLength(1);
  });

  test("of alternatives one suffices, of what is joined all count", () => {
    expect(findingsOf({ license: "(GPL-2.0 OR MIT)" })).toEqual([]);
    expect(findingsOf({ license: "MIT AND ISC" })).toEqual([]);
    expect(findingsOf({ license: "MIT AND GPL-2.0" })).toHaveLength(1);
  });

  test("a package that names none is a finding", () => {
    expect(findingsOf({})).toEqual(["node_modules/some (runtime) names no licence"]);
  });
});
