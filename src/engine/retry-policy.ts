import type { Node, NodeDefinition, RetryPolicy } from "./definition.ts";
import { greatestDurationMs } from "./definition-problems.ts";
import { RetryableError } from "./retryable-error.ts";

/** The policy of a `RetryableError` that no policy covers: two more attempts, after 1 s and 2 s. */
export const defaultRetryPolicy: RetryPolicy = { maxAttempts: 3, interval: 1_000, backoff: "exponential" };

/** What is known of a failed attempt when its delay is decided. */
export interface RetryFacts {
  readonly error: unknown;
  /** Epoch ms at which the first attempt of this visit began. */
  readonly firstAttemptAt: number;
  /** Epoch ms at which this attempt ended. */
  readonly failedAt: number;
  /** The jitter's share of chance in this failure, from 0 up to, but not including, 1. */
  readonly fraction: number;
}

/** The policy that covers a failure: the node's, else its type's, else the default one for a `RetryableError` alone. */
export function policyFor(error: unknown, node: Node, definition: NodeDefinition): RetryPolicy | undefined {
  return node.retryPolicy ?? definition.retryPolicy ?? (isRetryableError(error) ? defaultRetryPolicy : undefined);
}

/** Whether a policy retries this error code; `giveUpOn` goes before `retryOn`. */
export function coversCode({ retryOn, giveUpOn }: RetryPolicy, code: string): boolean {
  if (giveUpOn?.includes(code)) return false;
  return retryOn === undefined || retryOn.includes(code);
}

/** Milliseconds until the attempt after this one (counted from 1), from 0 to 366 days. */
export function delayOf(policy: RetryPolicy, attempt: number, facts: RetryFacts | undefined): number {
  const asked = isRetryableError(facts?.error) ? facts.error.afterMs : undefined;
  return clamp(asked === undefined || Number.isNaN(asked) ? backoffOf(policy, attempt, facts?.fraction) : asked);
}

function backoffOf(policy: RetryPolicy, attempt: number, fraction: number | undefined): number {
  const { interval, backoff, maxDelay = greatestDurationMs, jitter } = policy;
  // Infinity times an interval of 0 would be no number.
  const factor = backoff === "exponential" ? Math.min(2 ** (attempt - 1), Number.MAX_VALUE) : 1;
  const delay = Math.min(interval * factor, maxDelay);
  return jitter === "full" && fraction !== undefined ? delay * fraction : delay;
}

function clamp(delayMs: number): number {
  return Math.ceil(Math.min(Math.max(delayMs, 0), greatestDurationMs));
}

/** A thrown proxy that hides what it is counts as another error. */
function isRetryableError(thrown: unknown): thrown is RetryableError {
  try {
    return thrown instanceof RetryableError;
  } catch {
    // Only a proxy's getPrototypeOf trap can get here.
    return false;
  }
}
