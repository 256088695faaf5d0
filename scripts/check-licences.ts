import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import * as v from "valibot";

/** What may be bundled and deployed: licences that ask for their notice at most. */
export const runtimeLicences: readonly string[] = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "MIT-0",
];

/** What may help to develop, and is never handed on; MPL-2.0 binds those who change its files. */
export const developmentLicences: readonly string[] = [...runtimeLicences, "MPL-2.0"];

/** The part of package-lock.json that is read: each package by its path, the project itself by "". */
export const PackageLock = v.object({
  packages: v.record(
    v.string(),
    v.object({
      license: v.optional(v.string()),
      dev: v.optional(v.boolean(), false),
      link: v.optional(v.boolean(), false),
    }),
  ),
});
export type PackageLock = v.InferOutput<typeof PackageLock>;

/** How many packages were looked at, and what is wrong, one line for each package. */
export interface LicenceReport {
  readonly packages: number;
  readonly findings: readonly string[];
}

/** Compares the licence of every installed package with the list for its use; one that names no licence is a finding. */
export function checkLicences({ packages }: PackageLock): LicenceReport {
  const installed = Object.entries(packages).filter(([path, { link }]) => path !== "" && !link);
  const findings = installed.flatMap(([path, { license, dev }]) => {
    const use = dev ? "development" : "runtime";
    if (license === undefined) return [`${path} (${use}) names no licence`];
    return isAllowed(license, dev ? developmentLicences : runtimeLicences)
      ? []
      : [`${path} (${use}) has the licence ${license}, which is not on the list for its use`];
  });
  return { packages: installed.length, findings };
}

/** One licence, or a plain SPDX expression: of alternatives one suffices, of what is joined all count. */
function isAllowed(expression: string, allowed: readonly string[]): boolean {
  const alternatives = expression.replace(/^\((.*)\)$/, "$1").split(" OR ");
  return alternatives.some((alternative) => alternative.split(" AND ").every((licence) => allowed.includes(licence)));
}

if (import.meta.main) {
  const lockFile = resolve(import.meta.dirname, "..", "package-lock.json");
  const { packages, findings } = checkLicences(v.parse(PackageLock, JSON.parse(await readFile(lockFile, "utf8"))));
  for (const finding of findings) console.log(finding);
  console.log(findings.length === 0 ? `OK licences of ${packages} packages` : `FAILED licences: ${findings.length}`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
