/** The deepest cause that is logged. */
const maxCauses = 8;

/**
 * A copy of an error that may stand in a log line: name, message, stack, causes that are errors, and attributes that
 * are no objects, each redacted. Everything else, and what was thrown without being an error, may be a payload (I16).
 */
export function loggableError(thrown: unknown, redact: (text: string) => string, depth = 0): Error {
  if (!(thrown instanceof Error)) return new Error(`Thrown: ${typeof thrown}`);
  const { cause } = thrown;
  const isDeeper = cause instanceof Error && depth < maxCauses;
  const copy = new Error(redact(thrown.message), isDeeper ? { cause: loggableError(cause, redact, depth + 1) } : {});
  for (const [key, value] of Object.entries(thrown)) {
    if (typeof value === "string") define(copy, key, redact(value));
    else if (typeof value === "number" || typeof value === "boolean") define(copy, key, value);
  }
  // The SDK puts the request's id, which AWS asks for, into an object of its own.
  const requestId = "$metadata" in thrown ? requestIdOf(thrown.$metadata) : undefined;
  if (requestId !== undefined) define(copy, "requestId", redact(requestId));
  define(copy, "name", redact(thrown.name));
  define(copy, "stack", redact(thrown.stack ?? ""));
  return copy;
}

function requestIdOf(metadata: unknown): string | undefined {
  if (typeof metadata !== "object" || metadata === null || !("requestId" in metadata)) return undefined;
  return typeof metadata.requestId === "string" ? metadata.requestId : undefined;
}

/** Not enumerable where an error's own property is not. */
function define(copy: Error, key: string, value: unknown): void {
  const enumerable = key !== "name" && key !== "stack" && key !== "message";
  Object.defineProperty(copy, key, { value, enumerable, configurable: true, writable: true });
}
