import type { RetryPolicy } from "../engine/index.ts";

/** How built-in nodes retry a service that fails: five attempts over some 15 s, apart from one another by chance. */
export const serviceRetryPolicy: RetryPolicy = {
  maxAttempts: 5,
  interval: 1_000,
  backoff: "exponential",
  maxDelay: 60_000,
  jitter: "full",
};
