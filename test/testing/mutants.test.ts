import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("crash-mutant.ts", import.meta.url));

/** What `crashEverywhere` says about a workflow on a dispatcher with one rule switched off; the sweeper would heal it. */
async function runMutant(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, name, "off"]);
  return stdout;
}

/** Rules that one crash is enough for; the others take duplicates or two owners, which are the simulation's. */
describe("crashEverywhere catches a dispatcher that", () => {
  it.concurrent.each([
    "acknowledges before sending",
    "acknowledges on a live claim",
    "does not send again on redelivery",
    "does not send again for a repeated start",
    "does not send again for a repeated resume",
    "resumes whichever pause is the newest",
    "takes an expired claim for a live one",
    "claims for ever",
  ])("%s", { timeout: 60_000 }, async (name) => {
    const output = await runMutant(name);
    expect(output).toContain("is caught: RefluxoError: The process died");
    expect(output).toMatch(/Repeat it with \{ crashAt: "[a-z ]+[\w.]* \d+ (?:before|after)" \}/i);
  });
});
