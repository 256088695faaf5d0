import type { LogFields, Logger } from "../../ports/logger.ts";

/** One line that was logged. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
  readonly error: unknown;
}

/** Keeps what is logged, its children's lines too, in order. */
export class MemoryLogger implements Logger {
  readonly lines: LogLine[];
  readonly #base: LogFields;

  constructor(lines: LogLine[] = [], base: LogFields = {}) {
    this.lines = lines;
    this.#base = base;
  }

  debug(message: string, fields?: LogFields): void {
    this.#log("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#log("info", message, fields);
  }

  warn(message: string, fields?: LogFields, error?: unknown): void {
    this.#log("warn", message, fields, error);
  }

  error(message: string, fields?: LogFields, error?: unknown): void {
    this.#log("error", message, fields, error);
  }

  child(fields: LogFields): Logger {
    return new MemoryLogger(this.lines, { ...this.#base, ...fields });
  }

  #log(level: string, message: string, fields?: LogFields, error?: unknown): void {
    this.lines.push({ level, message, fields: { ...this.#base, ...fields }, error });
  }
}
