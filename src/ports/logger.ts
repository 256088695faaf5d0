/** Values that may stand in a log line: never payloads (I16). */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Structured logging; `child` adds fields to every line that follows. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields, error?: unknown): void;
  error(message: string, fields?: LogFields, error?: unknown): void;
  child(fields: LogFields): Logger;
}
