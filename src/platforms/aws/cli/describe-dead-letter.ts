import * as v from "valibot";
import type { DeadLetter } from "../dead-letter-queue.ts";

const maxReasonLength = 160;
const maxSubjectLength = 80;

const text = v.fallback(v.optional(v.string()), undefined);
const Subject = v.object({
  type: text,
  workflowId: text,
  version: v.fallback(v.optional(v.number()), undefined),
  "detail-type": text,
});

/** One line about a dead letter: id, first receive, receives, what it says, why it is here; nothing of its payload (I16). */
export function describeDeadLetter(letter: DeadLetter): string {
  const { messageId, firstReceivedAt, receiveCount, body, reason = "received too often" } = letter;
  const receives = `${receiveCount} ${receiveCount === 1 ? "receive" : "receives"}`;
  const since = new Date(firstReceivedAt).toISOString();
  return [messageId, since, receives, subjectOf(body), oneLine(reason, maxReasonLength)].join("  ");
}

/** What a body asks for, as far as it can be told: `step order-1@4`, or an event's kind. */
function subjectOf(body: string): string {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return "(no JSON)";
  }
  const subject = v.safeParse(Subject, message);
  if (!subject.success) return "(no message)";
  const { type, workflowId, version, "detail-type": eventType = "(no type)" } = subject.output;
  if (type === undefined) return oneLine(eventType, maxSubjectLength);
  const id = workflowId === undefined ? "" : ` ${workflowId}`;
  const at = version === undefined ? "" : `@${version}`;
  return oneLine(`${type}${id}${at}`, maxSubjectLength);
}

/** Text from a stranger for a terminal: one line, bounded, no control sequences. */
function oneLine(text: string, maxLength: number): string {
  const line = text.replaceAll(/[\p{C}\p{Z}]+/gu, " ").trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}
