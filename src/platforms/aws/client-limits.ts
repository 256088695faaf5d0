/**
 * Limits of the clients whose answers are small and quick. The SDK by itself waits for ever, and `requestTimeout` alone
 * only warns. All attempts together stay below the dispatcher's commit reserve, so that a call which hangs fails in
 * time for its record to be given back.
 */
export const quickService = {
  maxAttempts: 3,
  cacheMiddleware: true,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
};

/**
 * Limits of the client that moves objects. A request may take so long until its answer begins: a read's body is not in
 * it, a write's is, so that 50 MiB need 5 MiB/s.
 */
export const bulkService = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};
