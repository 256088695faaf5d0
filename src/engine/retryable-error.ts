import { RefluxoError } from "./refluxo-error.ts";

/** What a `RetryableError` may say besides its message. */
export interface RetryableErrorOptions {
  /** What `retryOn` and `giveUpOn` are matched with; `node.retryable` when absent. */
  readonly code?: string;
  /** Milliseconds until the next attempt, as a service asked for it; goes before the policy's delay. NaN counts as absent. */
  readonly afterMs?: number;
  readonly cause?: unknown;
}

/** Thrown by a node whose next attempt may succeed, if need be not before `afterMs`. The retry policy still bounds the attempts. */
export class RetryableError extends RefluxoError {
  override readonly name: string = "RetryableError";
  readonly afterMs: number | undefined;

  constructor(message: string, { code = "node.retryable", afterMs, cause }: RetryableErrorOptions = {}) {
    super(code, message, { isRetryable: true, cause });
    this.afterMs = afterMs;
  }
}
