import type { LogFields, Logger } from "../ports/logger.ts";
import type { HandedOutSecrets } from "./handed-out-secrets.ts";
import { loggableError } from "./loggable-error.ts";

/** Takes the secrets that were handed out from every line (I16), and from its error all that may be a payload. */
export class RedactingLogger implements Logger {
  readonly #inner: Logger;
  readonly #handedOut: HandedOutSecrets;

  constructor(inner: Logger, handedOut: HandedOutSecrets) {
    this.#inner = inner;
    this.#handedOut = handedOut;
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#inner.debug(this.#redact(message), this.#redactFields(fields));
  }

  info(message: string, fields: LogFields = {}): void {
    this.#inner.info(this.#redact(message), this.#redactFields(fields));
  }

  warn(message: string, fields: LogFields = {}, error?: unknown): void {
    this.#inner.warn(this.#redact(message), this.#redactFields(fields), this.#redactError(error));
  }

  error(message: string, fields: LogFields = {}, error?: unknown): void {
    this.#inner.error(this.#redact(message), this.#redactFields(fields), this.#redactError(error));
  }

  child(fields: LogFields): Logger {
    return new RedactingLogger(this.#inner.child(this.#redactFields(fields)), this.#handedOut);
  }

  #redact(text: string): string {
    return this.#handedOut.redact(text);
  }

  #redactFields(fields: LogFields): LogFields {
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, typeof value === "string" ? this.#redact(value) : value]),
    );
  }

  #redactError(error: unknown): Error | undefined {
    return error === undefined ? undefined : loggableError(error, (text) => this.#redact(text));
  }
}
