import { ParseError, type ParseErrorOptions } from "./parse-error.ts";

/** The stable codes of input that fails for a reason of its own; every other `ParseError` is `input.invalid`. */
export type InputCode =
  /** No trigger recognises the event's shape. */
  | "input.unknown-event"
  /** Above the limit of its channel: 1 MiB for an SQS body, 256 KiB for an HTTP body (HTTP 413). */
  | "input.too-large"
  /** An HTTP body that is not JSON by its content type (HTTP 415). */
  | "input.media-type"
  /** An HTTP route that does not exist (HTTP 404). */
  | "http.not-found"
  /** A schedule that no definition is bound to: a mistake of the deployment. */
  | "schedule.not-bound";

/** A `ParseError` with a code of its own, for callers that answer differently by reason. */
export class InputError extends ParseError {
  override readonly code: InputCode;

  constructor(code: InputCode, path: string, reason: string, options: ParseErrorOptions = {}) {
    super(path, reason, options);
    this.code = code;
  }
}
