import { inspect } from "node:util";
import * as v from "valibot";
import type { LogFields, Logger } from "../../src/ports/logger.ts";
import { WorkerMessage } from "./worker-messages.ts";

/** Tells where a workflow has come to, a failed one included, and whatever else went wrong; prints nothing. */
export function createTellingLogger(tell: (message: WorkerMessage) => void): Logger {
  const tellStatus = (fields: LogFields = {}) => {
    if (fields["status"] === undefined || fields["status"] === "active") return;
    tell(v.parse(WorkerMessage, { type: "status", status: fields["status"] }));
  };
  const tellTrouble = (message: string, fields: LogFields = {}, error?: unknown) => {
    if (fields["status"] !== undefined) tellStatus(fields);
    else tell({ type: "trouble", text: describeTrouble(message, fields, error) });
  };
  const logger: Logger = {
    debug: () => undefined,
    info: (_message, fields) => tellStatus(fields),
    warn: tellTrouble,
    error: tellTrouble,
    child: () => logger,
  };
  return logger;
}

/** A line of log as text, its error with its causes. */
export function describeTrouble(message: string, fields: LogFields, error?: unknown): string {
  const named = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  return [message, ...named, ...(error === undefined ? [] : [inspect(error)])].join(" ");
}
