import type { LogFields, Logger } from "../../src/ports/logger.ts";

/** A line that the dispatcher logged. */
export interface LoggedLine {
  readonly message: string;
  readonly fields: LogFields;
  readonly error?: unknown;
}

/** Keeps what the dispatcher logs. */
export class RecordingLogger implements Logger {
  readonly lines: LoggedLine[];
  readonly #fields: LogFields;

  constructor(lines: LoggedLine[] = [], fields: LogFields = {}) {
    this.lines = lines;
    this.#fields = fields;
  }

  debug(message: string, fields: LogFields = {}): void {
    this.lines.push({ message, fields: { ...this.#fields, ...fields } });
  }

  info(message: string, fields: LogFields = {}): void {
    this.debug(message, fields);
  }

  warn(message: string, fields: LogFields = {}, error?: unknown): void {
    this.lines.push({ message, fields: { ...this.#fields, ...fields }, ...(error !== undefined && { error }) });
  }

  error(message: string, fields: LogFields = {}, error?: unknown): void {
    this.warn(message, fields, error);
  }

  child(fields: LogFields): Logger {
    return new RecordingLogger(this.lines, { ...this.#fields, ...fields });
  }
}
