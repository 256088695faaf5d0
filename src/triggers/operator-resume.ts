import type { ResumeCommand } from "../contracts/command.ts";
import type { ResumeMessage } from "../contracts/messages.ts";
import { ParseError } from "../contracts/parse-error.ts";

/**
 * A resume from a channel that may deliver twice: it names its pause, by version or token, or else its duplicate would
 * answer the next pause (I11). Throws a `ParseError` when it does not.
 */
export function operatorResume(message: ResumeMessage): ResumeCommand {
  if (message.version === undefined && message.token === undefined) {
    const reason = "is required, or a token: a message may be delivered twice, and must not answer the next pause";
    throw new ParseError("$.version", reason);
  }
  return { ...message, isOperator: true };
}
