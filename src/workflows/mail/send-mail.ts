import * as v from "valibot";
import { defineNode, given } from "../../nodes/index.ts";
import { simulatedMail } from "../simulated-services/mail-service.ts";

const SendMailData = v.strictObject({
  to: v.pipe(v.string(), v.includes("@", "must be an e-mail address"), v.maxLength(254)),
  subject: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  text: v.pipe(v.string(), v.maxLength(10_000)),
});
const SentMail = v.object({ mailId: v.string(), to: v.string(), subject: v.string(), text: v.string() });

/** Sends a mail, whose text a definition writes with expressions. */
export const sendMail = defineNode({
  metadata: { description: "Sends a mail.", input: SendMailData, output: SentMail },
  retryPolicy: { maxAttempts: 4, interval: 1_000, backoff: "exponential" },
  async executor(mail, _context, _externalPayload, _globals, step) {
    return { data: { mailId: await simulatedMail.send(mail, given(step, "step").stepKey), ...mail } };
  },
});
