import { RefluxoError } from "../../engine/index.ts";

/** Calls an AWS service; what it throws becomes a retryable `RefluxoError` that names the call and keeps the cause. */
export async function callService<TResult>(operation: string, call: () => Promise<TResult>): Promise<TResult> {
  try {
    return await call();
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : typeof cause;
    throw new RefluxoError("service.failed", `${operation} failed: ${name}`, { isRetryable: true, cause });
  }
}
