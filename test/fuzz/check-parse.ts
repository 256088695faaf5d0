import { isDeepStrictEqual } from "node:util";
import { ParseError } from "../../src/contracts/parse-error.ts";
import type { ParsedEvent, ParsedRecord } from "../../src/triggers/index.ts";
import { assertThat, frozenEvent, type Observation } from "./observation.ts";
import { watchPrototypes } from "./watched-prototypes.ts";

/** The parser under test. */
export type Parse = (event: unknown) => ParsedEvent;

/** A batch of SQS records of which one may be anything. */
export interface HostileBatch {
  readonly others: readonly unknown[];
  readonly hostile: unknown;
  /** Where the hostile one stands. */
  readonly at: number;
}

/** The nesting that the contracts allow (200), and what a command adds around it. */
const maxDepth = 205;

const changedPrototypes = watchPrototypes();

/**
 * Parses one event, given as JSON. Throws when anything but a parsed event or a `ParseError` comes out, when the event
 * or a shared prototype was written to, or when what comes out carries a prototype of the sender's (I17).
 */
export function checkParse(parse: Parse, json: string): Observation {
  const event = frozenEvent(json);
  const startedAt = performance.now();
  const outcome = outcomeOf(parse, event);
  const elapsedMs = performance.now() - startedAt;
  const changed = changedPrototypes();
  assertThat(changed.length === 0, `${changed.join(", ")} was changed`);
  if (outcome instanceof ParseError) {
    assertRefusal(outcome);
    return { events: 1, accepted: 0, elapsedMs };
  }
  return { events: 1, accepted: acceptedIn(outcome) ? 1 : 0, elapsedMs };
}

/** Throws unless every record beside a hostile one parses to exactly what it parses to alone (I17). */
export function checkNeighbours(parse: Parse, json: string): Observation {
  const { others, hostile, at } = frozenEvent(json) as HostileBatch;
  const index = at % (others.length + 1);
  const startedAt = performance.now();
  const together = recordsOf(parse, others.toSpliced(index, 0, hostile));
  const elapsedMs = performance.now() - startedAt;
  assertThat(together.length === others.length + 1, "the batch lost or made records");
  const beside = together.toSpliced(index, 1);
  for (const [position, record] of others.entries()) {
    const alone = recordsOf(parse, [record]);
    assertThat(isDeepStrictEqual([beside[position]], alone), `record ${position} is not what it is alone`);
  }
  const changed = changedPrototypes();
  assertThat(changed.length === 0, `${changed.join(", ")} was changed`);
  return { events: 1, accepted: together[index]?.result.isValid === true ? 1 : 0, elapsedMs };
}

function outcomeOf(parse: Parse, event: unknown): ParsedEvent | ParseError {
  try {
    return parse(event);
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw new Error("parseEvent threw what is no ParseError", { cause: error });
  }
}

function assertRefusal({ code, path, reason, message, isRetryable }: ParseError): void {
  assertThat(/^[a-z]+(\.[a-z-]+)+$/.test(code), `the code ${code} is not dotted`);
  assertThat(path !== "" && reason !== "", "a refusal has a path and a reason");
  assertThat(message.length <= 800, "a refusal is short");
  assertThat(!isRetryable, "what can never be valid is not tried again");
}

/** Whether an event was accepted, a batch when one of its records is; checks everything in it on the way. */
function acceptedIn(parsed: ParsedEvent): boolean {
  if (parsed.type === "http") assertPlain(parsed.command);
  if (parsed.type === "commands") assertPlain(parsed.commands);
  if (parsed.type !== "batch") return true;
  for (const { receiveCount, result } of parsed.records) {
    assertThat(Number.isSafeInteger(receiveCount) && receiveCount >= 0, `${receiveCount} is no count of receives`);
    if (result.isValid) assertPlain(result.commands);
    else assertRefusal(result.error);
  }
  return parsed.records.some(({ result }) => result.isValid);
}

/** Throws when a value is no plain data: a prototype that is not its own kind's, a key that could set one, a deep nest. */
function assertPlain(value: unknown, depth = 0): void {
  if (typeof value !== "object" || value === null) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  assertThat(prototype === (Array.isArray(value) ? Array.prototype : Object.prototype), "a foreign prototype came out");
  assertThat(!Object.hasOwn(value, "__proto__"), "a key named __proto__ came out");
  assertThat(depth <= maxDepth, "a nest came out that overflows the stack of whoever walks it");
  for (const item of Object.values(value)) assertPlain(item, depth + 1);
}

function recordsOf(parse: Parse, records: readonly unknown[]): readonly ParsedRecord[] {
  const outcome = outcomeOf(parse, Object.freeze({ Records: records }));
  if (outcome instanceof ParseError) throw new Error("a batch was refused as a whole", { cause: outcome });
  assertThat(outcome.type === "batch", "an SQS event did not parse to a batch");
  return outcome.records;
}
