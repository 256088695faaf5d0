import { RefluxoError } from "../engine/index.ts";

/** What is known of a failure that may pass. */
export interface RetryableOptions {
  /** The earliest moment at which another try can help, ms from now. */
  readonly afterMs?: number | undefined;
  readonly cause?: unknown;
}

/** An error that a retry may help; the one place where built-in nodes make one. */
export function retryable(code: string, message: string, options: RetryableOptions = {}): RefluxoError {
  const { afterMs, cause } = options;
  const error = new RefluxoError(code, message, { isRetryable: true, ...(cause !== undefined && { cause }) });
  return afterMs === undefined ? error : Object.assign(error, { afterMs });
}
