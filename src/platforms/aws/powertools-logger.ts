import { Logger as PowertoolsLogger } from "@aws-lambda-powertools/logger";
import type { LogFields, Logger } from "../../ports/logger.ts";

/** Structured lines by Powertools Logger; level and service come from its own environment variables. */
export class PowertoolsLoggerAdapter implements Logger {
  readonly #logger: PowertoolsLogger;
  readonly #fields: LogFields;

  constructor(logger: PowertoolsLogger = new PowertoolsLogger(), fields: LogFields = {}) {
    this.#logger = logger;
    this.#fields = fields;
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#logger.debug(message, { ...this.#fields, ...fields });
  }

  info(message: string, fields: LogFields = {}): void {
    this.#logger.info(message, { ...this.#fields, ...fields });
  }

  warn(message: string, fields: LogFields = {}, error?: unknown): void {
    this.#logger.warn(message, { ...this.#fields, ...fields, ...errorField(error) });
  }

  error(message: string, fields: LogFields = {}, error?: unknown): void {
    this.#logger.error(message, { ...this.#fields, ...fields, ...errorField(error) });
  }

  child(fields: LogFields): Logger {
    return new PowertoolsLoggerAdapter(this.#logger, { ...this.#fields, ...fields });
  }
}

function errorField(error: unknown): { error?: Error } {
  if (error === undefined) return {};
  return { error: error instanceof Error ? error : new Error(`Thrown: ${typeof error}`) };
}
