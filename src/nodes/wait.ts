import * as v from "valibot";
import { RefluxoError } from "../engine/index.ts";
import { defineNode } from "./define-node.ts";
import { given } from "./given.ts";

const longestMs = 366 * 24 * 3600 * 1000;

/** How long to wait: a duration in ms from the node's first run, or until an instant (ISO 8601). At most 366 days. */
export const WaitData = v.union(
  [
    v.strictObject({
      durationMs: v.pipe(
        v.number(),
        v.safeInteger(),
        v.minValue(0),
        v.maxValue(longestMs),
        v.description("From the node's first run, in ms."),
      ),
    }),
    v.strictObject({
      until: v.pipe(
        v.string(),
        v.isoTimestamp("must be an instant such as 2026-12-24T18:00:00Z"),
        v.description("An instant, such as 2026-12-24T18:00:00Z."),
      ),
    }),
  ],
  "must have durationMs, a number of ms, or until, an instant, and nothing else",
);
export type WaitData = v.InferOutput<typeof WaitData>;

const Timer = v.object({ timer: v.number() });

/** When the wait ends or ended (ISO 8601), and by what: its time, or a resume. */
export const WaitResult = v.strictObject({ endsAt: v.string(), endedBy: v.picklist(["timer", "resume"]) });
export type WaitResult = v.InferOutput<typeof WaitResult>;

/**
 * Waits in a pause until the time has come, from milliseconds to a year; the queue's delays round up to seconds. A
 * resume ends the wait early. An instant that has passed ends it at once; one over 366 days away fails the workflow.
 */
export const wait = defineNode({
  metadata: {
    description: "Waits for a duration or until an instant, at most 366 days; a resume ends it early.",
    input: WaitData,
    output: WaitResult,
  },
  async executor(data, _context, externalPayload, _globals, step) {
    const { startedAt, version, isStartPayload } = given(step, "step");
    // At version 0 also of a host that does not say so.
    const answer = isStartPayload === true || version === 0 ? undefined : externalPayload;
    const timer = v.safeParse(Timer, answer);
    if (timer.success) return { data: ended(timer.output.timer, "timer") };
    if (answer !== undefined) return { data: ended(startedAt, "resume") };
    const dueAt = "until" in data ? Date.parse(data.until) : startedAt + data.durationMs;
    const endsAt = new Date(dueAt).toISOString();
    if (dueAt - startedAt > longestMs) throw new RefluxoError("wait.too-long", `${endsAt} is over 366 days away`);
    return dueAt <= startedAt ? { data: ended(dueAt, "timer") } : { data: { endsAt }, __pause: true, dueAt };
  },
});

function ended(at: number, endedBy: WaitResult["endedBy"]): WaitResult {
  return { endsAt: new Date(at).toISOString(), endedBy };
}
