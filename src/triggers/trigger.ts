import type { Command } from "../contracts/command.ts";
import type { ParsedEvent } from "../contracts/parsed-event.ts";
import type { TriggerBindings } from "../contracts/trigger-bindings.ts";

/** One kind of Lambda event: how its shape is recognised, and what it parses to. */
export interface Trigger {
  /** The name of its file, and of its sample in `events/`. */
  readonly name: string;
  /** Whether the event has this shape; looks at no more than it needs, and never throws. */
  matches(event: unknown): boolean;
  /** Throws a `ParseError` when the event has the shape but is invalid. */
  parse(event: unknown, bindings: TriggerBindings): ParsedEvent;
}

/** One kind of body that an SQS record may carry. */
export interface QueueBody {
  /** The name of its file, and of its sample in `events/`. */
  readonly name: string;
  /** Whether the parsed body has this shape; never throws. */
  matches(body: unknown): boolean;
  /** Throws a `ParseError` when the body has the shape but is invalid. */
  parse(body: unknown, bindings: TriggerBindings, messageId: string): readonly Command[];
}
