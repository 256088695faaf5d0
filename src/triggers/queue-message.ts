import type { Command } from "../contracts/command.ts";
import { WorkflowId } from "../contracts/ids.ts";
import { QueueMessage } from "../contracts/messages.ts";
import { parse } from "../contracts/parse-error.ts";
import { assertKnownType } from "./message-type.ts";
import { operatorResume } from "./operator-resume.ts";
import type { QueueBody } from "./trigger.ts";

const knownTypes = QueueMessage.options.map((option) => option.entries.type.literal);

function parseMessage(body: unknown, messageId: string): Command {
  assertKnownType(body, knownTypes);
  const message = parse(QueueMessage, body);
  if (message.type === "resume") return operatorResume(message);
  if (message.type !== "start") return message;
  // A redelivery has the same message id, so it makes the same workflow (I12).
  return {
    ...message,
    workflowId: message.workflowId ?? parse(WorkflowId, `sqs-${messageId}`, "the id of the record"),
  };
}

/**
 * A message of our own: every body that is nothing else. Whoever may send to the queue was let through by IAM, so a
 * resume from there is an operator's; a token that it carries is verified all the same, by the dispatcher.
 */
export const messageBody: QueueBody = {
  name: "sqs",
  matches: () => true,
  parse: (body, _bindings, messageId) => [parseMessage(body, messageId)],
};
