import type { Node, NodeDefinition } from "./definition.ts";
import { isTerminalError } from "./describe-error.ts";

/** Decides what happens after a failed attempt; both methods may answer with a promise. */
export interface ErrorHandler {
  /** Whether the node runs again; `attempt` is the one that failed, counted from 1. */
  shouldRetry(error: unknown, attempt: number, node: Node, definition: NodeDefinition): Promise<boolean> | boolean;
  /** Milliseconds until the node runs again; below 0 counts as 0, above 366 days as 366 days. */
  getRetryDelay(attempt: number, node: Node, definition: NodeDefinition): Promise<number> | number;
}

/**
 * Follows the node type's retry policy: none without one; `maxAttempts` counts every attempt, the first included
 * (DESIGN 3, difference 2). An error that says it is terminal is not retried.
 */
export class DefaultErrorHandler implements ErrorHandler {
  async shouldRetry(error: unknown, attempt: number, _node: Node, definition: NodeDefinition): Promise<boolean> {
    if (definition.retryPolicy === undefined || isTerminalError(error)) return false;
    return attempt < definition.retryPolicy.maxAttempts;
  }

  async getRetryDelay(attempt: number, _node: Node, definition: NodeDefinition): Promise<number> {
    if (definition.retryPolicy === undefined) return 0;
    const { interval, backoff } = definition.retryPolicy;
    return backoff === "exponential" ? interval * 2 ** (attempt - 1) : interval;
  }
}
