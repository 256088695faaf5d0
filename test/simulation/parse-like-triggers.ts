import type { ParsedEvent, ParsedRecord } from "../../src/contracts/parsed-event.ts";
import { parseEvent } from "../../src/triggers/index.ts";
import { memoise } from "./memoise.ts";

const noBindings = { objectCreated: [], schedules: [] };

const parseText = memoise((text) => parseEvent(JSON.parse(text), noBindings));

/** What the real triggers make of a raw Lambda event: it comes as JSON, and each text is parsed once in a process. */
export function parseLikeTriggers(event: unknown): ParsedEvent {
  return parseText(JSON.stringify(event));
}

/** What they make of an SQS batch: each of its records by itself (I17), which comes again in other batches. */
export function parseRecordsLikeTriggers(records: readonly unknown[]): readonly ParsedRecord[] {
  return records.flatMap((record) => {
    const parsed = parseLikeTriggers({ Records: [record] });
    if (parsed.type !== "batch") throw new Error("A batch was parsed to something else");
    return parsed.records;
  });
}
