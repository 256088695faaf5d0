import { readdirSync, readFileSync } from "node:fs";
import type { TriggerBindings } from "../../src/contracts/trigger-bindings.ts";

const folder = new URL("../../events/", import.meta.url);

/** Files in `events/` that are no Lambda events: the environment that `sam local` reads. */
const otherFiles: readonly string[] = ["env.json"];

/** The bindings that these tests use. */
export const bindings: TriggerBindings = {
  objectCreated: [{ keySuffix: ".csv", definitionId: "csv-import" }],
  schedules: [{ rule: "nightly-report", definitionId: "nightly-report" }],
};

/** The file names of all sample events. */
export function sampleFiles(): readonly string[] {
  return readdirSync(folder).filter((file) => file.endsWith(".json") && !otherFiles.includes(file));
}

/** A sample event by its file name, freshly parsed, so that a test may change it; untyped, as Lambda hands it over. */
export function readSample(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, folder), "utf8"));
}
