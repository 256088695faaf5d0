import type { LogFields, Logger } from "../../../ports/logger.ts";
import type { LocalLogLine } from "../local-log.ts";

/** A line as the local runtime shows it. */
export type PrintLine = (line: string) => void;

/** Prints the dispatcher's log for a person: one line a step, as it happens. */
export class StepPrinter implements Logger {
  readonly #print: PrintLine;
  readonly #fields: LogFields;
  readonly #onStart: (workflowId: string, definitionId: string) => void;

  /** `onStart` hears of every workflow that starts. */
  constructor(
    print: PrintLine,
    onStart: (workflowId: string, definitionId: string) => void = () => undefined,
    fields: LogFields = {},
  ) {
    this.#print = print;
    this.#onStart = onStart;
    this.#fields = fields;
  }

  /** Not shown: a person wants to see what happened, not what is about to. */
  debug(): void {}

  info(message: string, fields: LogFields = {}): void {
    const { workflowId, definitionId } = fields;
    this.#line(" ", message, fields);
    if (message === "workflow started" && typeof workflowId === "string" && typeof definitionId === "string") {
      this.#onStart(workflowId, definitionId);
    }
  }

  warn(message: string, fields: LogFields = {}, error?: unknown): void {
    this.#line("!", message, fields, error);
  }

  error(message: string, fields: LogFields = {}, error?: unknown): void {
    this.#line("✗", message, fields, error);
  }

  child(fields: LogFields): Logger {
    return new StepPrinter(this.#print, this.#onStart, { ...this.#fields, ...fields });
  }

  /** A line of the runtime itself: a poller, a schedule, the HTTP server. */
  runtime({ level, source, message, error }: LocalLogLine): void {
    this.#line(level === "info" ? " " : "!", `${source}: ${message}`, {}, error);
  }

  #line(mark: string, message: string, own: LogFields, error?: unknown): void {
    const { workflowId, version, nodeId, messageId: _hidden, ...rest } = { ...this.#fields, ...own };
    const where = workflowId === undefined ? "" : ` ${workflowId}${version === undefined ? "" : ` v${version}`}`;
    const node = nodeId === undefined ? "" : ` ${nodeId}`;
    const details = Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${value}`);
    const reason = error === undefined ? [] : [error instanceof Error ? error.message : String(error)];
    const time = new Date().toISOString().slice(11, 23);
    this.#print(`${time} ${mark}${where}${node} ${[message, ...details, ...reason].join(" ")}`);
  }
}
