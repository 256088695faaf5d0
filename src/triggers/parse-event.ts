import { InputError } from "../contracts/input-error.ts";
import type { ParsedEvent } from "../contracts/parsed-event.ts";
import type { TriggerBindings } from "../contracts/trigger-bindings.ts";
import { isHttpEvent } from "./http-route.ts";
import { triggers } from "./registry.ts";

/**
 * Parses a raw Lambda event. Throws a `ParseError` when no trigger recognises it or it is invalid, and nothing else;
 * an SQS batch never throws for one of its records (I17).
 */
export function parseEvent(event: unknown, bindings: TriggerBindings): ParsedEvent {
  const trigger = triggers.find((candidate) => candidate.matches(event));
  if (trigger !== undefined) return trigger.parse(event, bindings);
  if (isHttpEvent(event)) throw new InputError("http.not-found", "$.routeKey", "there is no such route");
  throw new InputError(
    "input.unknown-event",
    "$",
    "is not an event that a trigger recognises: SQS, S3, EventBridge, HTTP API (payload 2.0), or a message with a type",
  );
}
