import { RefluxoError } from "./refluxo-error.ts";

/** Thrown by a node that no further attempt can help: it is never retried, whatever the retry policy or the error handler says. */
export class TerminalError extends RefluxoError {
  override readonly name: string = "TerminalError";

  /** The code is `node.terminal` when absent. */
  constructor(message: string, { code = "node.terminal", cause }: { code?: string; cause?: unknown } = {}) {
    super(code, message, { isRetryable: false, cause });
  }
}
