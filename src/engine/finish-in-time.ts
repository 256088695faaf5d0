import { RefluxoError } from "./refluxo-error.ts";

/**
 * Waits for work, but no longer than until the signal aborts: then throws the retryable `step.timeout`, which names
 * the work, and ignores whatever the work still does. Work that finished at that same moment counts as finished.
 */
export async function finishInTime<T>(signal: AbortSignal, name: string, work: () => Promise<T>): Promise<T> {
  // Its own listener per piece of work, removed after: a signal that lives long must not collect listeners.
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(timeout(name, signal));
  signal.addEventListener("abort", abort, { once: true });
  try {
    const working = work();
    if (signal.aborted) abort();
    // The race handles both promises, so neither a late rejection nor the abort itself is ever unhandled.
    return await Promise.race([working, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Throws `step.timeout` when the signal has aborted, so that late work is not even begun. */
export function assertInTime(signal: AbortSignal, name: string): void {
  if (signal.aborted) throw timeout(name, signal);
}

function timeout(name: string, signal: AbortSignal): RefluxoError {
  return new RefluxoError("step.timeout", `${name} did not finish before the step ran out of time`, {
    isRetryable: true,
    cause: signal.reason,
  });
}
