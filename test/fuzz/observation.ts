/** What one checked input showed. */
export interface Observation {
  /** Events in the input: one, or the requests of a conversation. */
  readonly events: number;
  /** How many of them were accepted. */
  readonly accepted: number;
  /** The time that the code under test took for its slowest event, ms. */
  readonly elapsedMs: number;
}

/** The event that a text holds, frozen all through, so that code which writes to its input throws. */
export function frozenEvent(json: string): unknown {
  const event: unknown = JSON.parse(json);
  freezeDeeply(event);
  return event;
}

function freezeDeeply(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  for (const item of Object.values(value)) freezeDeeply(item);
}

/** Throws unless the condition holds; quicker than an assertion library, for code that runs a million times. */
export function assertThat(condition: boolean, problem: string, cause?: unknown): asserts condition {
  if (!condition) throw new Error(problem, cause === undefined ? undefined : { cause });
}
