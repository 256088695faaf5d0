import type { Node, NodeDefinition } from "./definition.ts";
import { isTerminalError } from "./describe-error.ts";
import { errorCodeOf } from "./error-code-of.ts";
import { coversCode, delayOf, policyFor, type RetryFacts } from "./retry-policy.ts";

/**
 * Decides what happens after a failed attempt; both methods may answer with a promise. The facts come last, so that a
 * handler which is written for Refluxo, and takes fewer arguments, fits.
 */
export interface ErrorHandler {
  /** Whether the node runs again; `attempt` is the one that failed, counted from 1. */
  shouldRetry(
    error: unknown,
    attempt: number,
    node: Node,
    definition: NodeDefinition,
    facts?: RetryFacts,
  ): Promise<boolean> | boolean;
  /** Milliseconds until the node runs again; below 0 counts as 0, above 366 days as 366 days. */
  getRetryDelay(attempt: number, node: Node, definition: NodeDefinition, facts?: RetryFacts): Promise<number> | number;
}

/**
 * Follows the retry policy of the node, or else of its type: none without one, but for a `RetryableError`; `maxAttempts`
 * counts every attempt, the first included (DESIGN 3, difference 2). An error that says it is terminal is not retried.
 */
export class DefaultErrorHandler implements ErrorHandler {
  async shouldRetry(
    error: unknown,
    attempt: number,
    node: Node,
    definition: NodeDefinition,
    facts?: RetryFacts,
  ): Promise<boolean> {
    const policy = isTerminalError(error) ? undefined : policyFor(error, node, definition);
    if (policy === undefined || attempt >= policy.maxAttempts || !coversCode(policy, errorCodeOf(error))) return false;
    if (policy.maxElapsedTime === undefined || facts === undefined) return true;
    const nextAt = facts.failedAt + delayOf(policy, attempt, { ...facts, error });
    return nextAt - facts.firstAttemptAt <= policy.maxElapsedTime;
  }

  async getRetryDelay(attempt: number, node: Node, definition: NodeDefinition, facts?: RetryFacts): Promise<number> {
    const policy = policyFor(facts?.error, node, definition);
    return policy === undefined ? 0 : delayOf(policy, attempt, facts);
  }
}
