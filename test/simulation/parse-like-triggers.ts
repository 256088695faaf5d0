import type { ParsedEvent } from "../../src/contracts/parsed-event.ts";
import { parseEvent } from "../../src/triggers/index.ts";
import { memoise } from "./memoise.ts";

const noBindings = { objectCreated: [], schedules: [] };

const parseText = memoise((text) => parseEvent(JSON.parse(text), noBindings));

/** What the real triggers make of a raw Lambda event: it comes as JSON, and each text is parsed once in a process. */
export function parseLikeTriggers(event: unknown): ParsedEvent {
  return parseText(JSON.stringify(event));
}
