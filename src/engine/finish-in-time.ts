import { RefluxoError } from "./refluxo-error.ts";

/**
 * Waits for work that a signal ends, if there is one, but no longer than until it aborts: then throws the retryable `step.timeout`, which names
 * the work, and ignores whatever the work still does. Work that finished at that same moment counts as finished.
 */
export async function finishInTime<T>(
  signal: AbortSignal | undefined,
  name: () => string,
  work: () => Promise<T> | T,
): Promise<T> {
  if (signal === undefined) return await work();
  const working = Promise.resolve(work());
  let isDone = false;
  const noteEnd = () => {
    isDone = true;
  };
  working.then(noteEnd, noteEnd);
  // Most work is done by its next turn, and to listen to a signal costs more than that.
  await undefined;
  return isDone ? await working : await race(signal, name, working);
}

async function race<T>(signal: AbortSignal, name: () => string, working: Promise<T>): Promise<T> {
  // Its own listener per piece of work, removed after: a signal that lives long must not collect listeners.
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(timeout(name, signal));
  signal.addEventListener("abort", abort, { once: true });
  try {
    if (signal.aborted) abort();
    // The race handles both promises, so neither a late rejection nor the abort itself is ever unhandled.
    return await Promise.race([working, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Throws `step.timeout` when the signal has aborted, so that late work is not even begun. */
export function assertInTime(signal: AbortSignal, name: () => string): void {
  if (signal.aborted) throw timeout(name, signal);
}

function timeout(name: () => string, signal: AbortSignal): RefluxoError {
  return new RefluxoError("step.timeout", `${name()} did not finish before the step ran out of time`, {
    isRetryable: true,
    cause: signal.reason,
  });
}
