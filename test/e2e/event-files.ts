import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../events/", import.meta.url);

/** Every file of `events/` but env.json, which is no event. */
export function eventFiles(): readonly string[] {
  return readdirSync(folder).filter((file) => file !== "env.json");
}

/** A file of `events/`, freshly parsed. */
export function readEvent(file: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(new URL(file, folder), "utf8"));
}
