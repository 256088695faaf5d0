import type { Command } from "./command.ts";
import type { ParseError } from "./parse-error.ts";

/** One SQS record: its commands, or why it can never be valid. A bad record harms only itself (I17). */
export interface ParsedRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly receiveCount: number;
  readonly body: string;
  readonly result:
    | { readonly isValid: true; readonly commands: readonly Command[] }
    | { readonly isValid: false; readonly error: ParseError };
}

/** The triggers whose events arrive outside a queue and outside HTTP. */
export type EventSource = "s3" | "eventbridge-s3" | "eventbridge-schedule" | "direct";

/** The fields of an HTML form in their order, as they were sent. */
export type FormFields = readonly (readonly [name: string, value: string])[];

/**
 * What every trigger parses its raw Lambda event to; `by` is the caller whom API Gateway let through, `form` is a person's
 * answer to the pause that the command shows.
 */
export type ParsedEvent =
  | { readonly type: "batch"; readonly records: readonly ParsedRecord[] }
  | { readonly type: "commands"; readonly source: EventSource; readonly commands: readonly Command[] }
  | { readonly type: "http"; readonly command: Command; readonly by?: string; readonly form?: FormFields }
  /** A request for the description of the HTTP API. */
  | { readonly type: "openapi" };
