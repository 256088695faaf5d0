import * as v from "valibot";
import { defineNode, given } from "../../../src/nodes/index.ts";

const dayMs = 24 * 3600 * 1000;

/** Whom to ask what; `mailUrl` takes mails as JSON. */
const AskByMailData = v.strictObject({ to: v.string(), question: v.string(), mailUrl: v.string(), days: v.number() });

/** What the page asks for, and what any other answer has to be. */
const MailedAnswer = v.strictObject({
  choice: v.pipe(v.picklist(["accept", "decline"]), v.title("Your choice")),
  comment: v.exactOptional(
    v.pipe(v.string(), v.maxLength(500), v.title("Comment"), v.description("What we should know")),
  ),
});

/** Mails a link to a page that asks, and waits; without an answer in time it leaves by `unanswered`. */
export const askByMail = defineNode({
  metadata: { input: AskByMailData, externalPayload: MailedAnswer },
  handles: ["answered", "unanswered"],
  async executor({ to, question, mailUrl, days }, _context, answer, globals, givenStep) {
    const step = given(givenStep, "step");
    if (answer !== undefined) return { data: answer, nextHandle: "answered" };
    if (step.timerDueAt !== undefined) return { data: null, nextHandle: "unanswered" };
    const expiresInMs = days * dayMs;
    const link = await given(globals, "globals").resumeUrl(step, { expiresInMs });
    const body = JSON.stringify({ to, text: `${question}\n${link}` });
    const sent = await fetch(mailUrl, { method: "POST", signal: step.signal, body });
    if (!sent.ok) throw new Error(`The mail service answered ${sent.status}`);
    return { data: { title: question }, __pause: true, dueAt: step.startedAt + expiresInMs };
  },
});
