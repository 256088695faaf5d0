import type { ErrorHandler } from "./default-error-handler.ts";
import type { Node, NodeDefinition } from "./definition.ts";
import { greatestDurationMs } from "./definition-problems.ts";
import { boundText, describeError, isTerminalError } from "./describe-error.ts";
import type { RetryFacts } from "./retry-policy.ts";

/** What becomes of a failed attempt, and the text that the snapshot keeps of it. */
export type RetryDecision =
  | { readonly type: "retry"; readonly delayMs: number; readonly errorText: string }
  | { readonly type: "fail"; readonly errorText: string };

/** A failed attempt at a node. */
export interface FailedAttempt extends RetryFacts {
  /** Counted from 1. */
  readonly attempt: number;
  readonly node: Node;
  readonly definition: NodeDefinition;
  /** What the host hides from the snapshot is taken out of error texts by this. */
  readonly redact?: ((text: string) => string) | undefined;
}

/**
 * Asks the error handler, unless the error is terminal: that is never retried. A handler that throws, or whose delay
 * is not a number, fails the node and its text is added to the error's; other delays are clamped to 0 … 366 days.
 */
export async function decideRetry(handler: ErrorHandler, failed: FailedAttempt): Promise<RetryDecision> {
  const { error, attempt, node, definition, redact, firstAttemptAt, failedAt, fraction } = failed;
  const facts: RetryFacts = { error, firstAttemptAt, failedAt, fraction };
  const errorText = describeError(error, redact);
  if (isTerminalError(error)) return { type: "fail", errorText };
  try {
    if (!(await handler.shouldRetry(error, attempt, node, definition, facts))) return { type: "fail", errorText };
    const delayMs = await handler.getRetryDelay(attempt, node, definition, facts);
    if (typeof delayMs === "number" && !Number.isNaN(delayMs)) {
      return { type: "retry", delayMs: Math.ceil(Math.min(Math.max(delayMs, 0), greatestDurationMs)), errorText };
    }
    return { type: "fail", errorText: boundText(`${errorText} (not retried: the retry delay is not a number)`) };
  } catch (handlerError) {
    const reason = describeError(handlerError, redact);
    return { type: "fail", errorText: boundText(`${errorText} (not retried: the error handler threw ${reason})`) };
  }
}
