import type { Command } from "../contracts/command.ts";
import { DirectEvent } from "../contracts/direct-event.ts";
import { ParseError, parse } from "../contracts/parse-error.ts";
import { assertPlain } from "../contracts/parse-json.ts";
import { isObject } from "./is-object.ts";
import { assertKnownType } from "./message-type.ts";
import { operatorResume } from "./operator-resume.ts";
import type { Trigger } from "./trigger.ts";

const knownTypes = DirectEvent.options.map((option) => option.entries.type.literal);

function parseDirectEvent(event: unknown): Command {
  assertPlain(event);
  assertKnownType(event, knownTypes);
  const message = parse(DirectEvent, event);
  if (message.type === "resume") return operatorResume(message);
  if (message.type !== "start") return message;
  if (message.workflowId === undefined) {
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    const reason =
      "is required: Lambda retries asynchronous invocations, and nothing else in them tells two starts apart";
    throw new ParseError("$.workflowId", reason);
  }
  return { ...message, workflowId: message.workflowId };
}

/** A message of ours as the event itself. Whoever may invoke the function was let through by IAM: an operator. */
export const direct: Trigger = {
  name: "direct",
  matches: (event) => isObject(event) && typeof event["type"] === "string",
  parse: (event) => ({ type: "commands", source: "direct", commands: [parseDirectEvent(event)] }),
};
