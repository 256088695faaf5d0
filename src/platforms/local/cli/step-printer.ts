import type { LogFields, Logger } from "../../../ports/logger.ts";
import type { LocalLogLine } from "../local-log.ts";
import { ChildDigest } from "./child-digest.ts";

/** A line as the local runtime shows it. */
export type PrintLine = (line: string) => void;

/** Prints the dispatcher's log for a person: one line a step, as it happens; of many children a digest. */
export class StepPrinter implements Logger {
  readonly #print: PrintLine;
  readonly #fields: LogFields;
  readonly #onStart: (workflowId: string, definitionId: string) => void;
  readonly #digest: ChildDigest;

  /** `onStart` hears of every workflow that starts. */
  constructor(
    print: PrintLine,
    onStart: (workflowId: string, definitionId: string) => void = () => undefined,
    fields: LogFields = {},
    digest = new ChildDigest(),
  ) {
    this.#print = print;
    this.#onStart = onStart;
    this.#fields = fields;
    this.#digest = digest;
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
    return new StepPrinter(this.#print, this.#onStart, { ...this.#fields, ...fields }, this.#digest);
  }

  /** A line of the runtime itself: a poller, a schedule, the HTTP server. */
  runtime({ level, source, message, error }: LocalLogLine): void {
    this.#line(level === "info" ? " " : "!", `${source}: ${message}`, {}, error);
  }

  #line(mark: string, message: string, own: LogFields, error?: unknown): void {
    const fields = { ...this.#fields, ...own };
    const { isShown, progress } = this.#digest.digest(message, fields, mark !== " ");
    if (isShown) this.#printLine(mark, message, fields, error);
    if (progress !== undefined) this.#printLine(" ", progress.text, { workflowId: progress.workflowId });
  }

  #printLine(mark: string, message: string, fields: LogFields, error?: unknown): void {
    const { workflowId, version, nodeId, messageId: _hidden, parentId: _shown, ...rest } = fields;
    const subject = [workflowId, version === undefined ? undefined : `v${version}`, nodeId];
    const text = describeTransition(message, rest, nodeId) ?? [message, ...listFields(rest)].join(" ");
    const reason = error === undefined ? undefined : error instanceof Error ? error.message : String(error);
    const time = new Date().toISOString().slice(11, 23);
    this.#print([time, mark, ...subject, text, reason].filter((part) => part !== undefined).join(" "));
  }
}

/** `→ active, then ship (attempt 2, 4 ms)`: what a transition did, as a person would say it; undefined for other lines. */
function describeTransition(message: string, fields: LogFields, nodeId: unknown): string | undefined {
  const { type, status, next, undoes, attempt, durationMs } = fields;
  const then = next === undefined ? "" : `, then ${next}`;
  const tries = attempt === undefined || attempt === 1 ? "" : `attempt ${attempt}, `;
  const took = ` (${tries}${durationMs} ms)`;
  if (message === "workflow is undone") return `→ failed, what was done is undone, first by ${next}${took}`;
  if (message === "step undid a visit") {
    return `→ ${undoes} undone${status === "failed" ? ", workflow failed" : then}${took}`;
  }
  if (message.startsWith("step ")) {
    return `→ ${status}${status === "error" ? ", again later" : status === "active" ? then : ""}${took}`;
  }
  // A timer that runs the node again leads to the same one.
  if (message === "transition committed" && type === "timer" && next !== nodeId) return `→ timed out${then}`;
  return undefined;
}

function listFields(fields: LogFields): string[] {
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
}
