/** The base of every error that this project throws: a dotted `code`, and whether trying again can help. */
export class RefluxoError extends Error {
  override readonly name: string = "RefluxoError";
  readonly code: string;
  readonly isRetryable: boolean;

  constructor(code: string, message: string, options: { isRetryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.isRetryable = options.isRetryable ?? false;
  }
}
