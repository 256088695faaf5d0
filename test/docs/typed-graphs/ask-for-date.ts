import * as v from "valibot";
import { defineNode } from "../../../src/nodes/index.ts";

const dayMs = 24 * 3600 * 1000;

/** Asks for a date, for at most a day; leaves by `late` when nobody answered. */
export const askForDate = defineNode({
  metadata: { externalPayload: v.object({ date: v.pipe(v.string(), v.isoDate()) }) },
  handles: ["answered", "late"],
  async executor(_data, _context, answer, _globals, step) {
    if (answer !== undefined) return { data: answer, nextHandle: "answered" };
    if (step?.timerDueAt !== undefined) return { data: null, nextHandle: "late" };
    const problems = step?.payloadIssues?.map(({ message }) => message);
    return {
      data: { question: "Which day?", ...(problems !== undefined && { problems }) },
      __pause: true,
      dueAt: (step?.startedAt ?? 0) + dayMs,
    };
  },
});
