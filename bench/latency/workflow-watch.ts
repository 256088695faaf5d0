import type { SQSEvent } from "aws-lambda";
import { readFailedIds } from "../../src/platforms/local/functions/batch-response.ts";
import type { HandlerFactory } from "../../src/platforms/local/run-local-stack.ts";
import type { LogFields, Logger } from "../../src/ports/logger.ts";
import type { Interval } from "./covered-time.ts";

/** What was seen of a workflow inside the process, on the process's own clock, ms. */
export interface WorkflowMarks {
  /** Its last step is committed and its head says so: from here on a GET shows it completed. */
  readonly completedAt: number;
  /** The last invocation that had one of its messages has returned. */
  readonly returnedAt: number;
  /** The invocations that had its messages, those of other workflows in the same batches included. */
  readonly invocations: readonly Interval[];
}

interface Watched {
  completedAt: number | undefined;
  running: number;
  readonly invocations: Interval[];
  readonly end: PromiseWithResolvers<WorkflowMarks>;
}

/** Sees workflows end without asking the stack, whose answers would take the time that is measured. */
export class WorkflowWatch {
  readonly #watched = new Map<string, Watched>();

  /** Watches a workflow that is about to be started; rejects when anything goes wrong anywhere. */
  untilEnd(workflowId: string): Promise<WorkflowMarks> {
    const end = Promise.withResolvers<WorkflowMarks>();
    this.#watched.set(workflowId, { completedAt: undefined, running: 0, invocations: [], end });
    return end.promise;
  }

  /** Hears of commits; a line that is a warning or an error fails whoever waits. */
  readonly logger: Logger = {
    debug: () => undefined,
    info: (_message, fields) => this.#noteLine(fields),
    warn: (message, fields, error) => this.fail(new Error(`${message} ${JSON.stringify(fields)}`, { cause: error })),
    error: (message, fields, error) => this.fail(new Error(`${message} ${JSON.stringify(fields)}`, { cause: error })),
    child: () => this.logger,
  };

  /** Stands between the stack and the dispatcher. */
  around(create: HandlerFactory): HandlerFactory {
    return (environment, endpoints) => {
      const inner = create(environment, endpoints);
      return {
        ...inner,
        handler: async (event, context) => {
          const { Records } = event as SQSEvent;
          const leave = this.#enter(Records.map(({ body }) => workflowIdOf(body)));
          const response = await inner.handler(event, context);
          leave();
          const ids = Records.map(({ messageId }) => messageId);
          // A record that fails would come again only after the visibility timeout.
          if (readFailedIds(response, ids).size > 0) this.fail(new Error("A record failed"));
          return response;
        },
      };
    };
  }

  /** Rejects for all that wait. */
  fail(error: unknown): void {
    for (const { end } of this.#watched.values()) end.reject(error);
  }

  #noteLine(fields: LogFields = {}): void {
    const watched = this.#watched.get(String(fields["workflowId"]));
    if (watched !== undefined && fields["status"] === "completed") watched.completedAt = performance.now();
  }

  /** Notes the begin of an invocation; the answer notes its end. */
  #enter(workflowIds: readonly string[]): () => void {
    const ids = [...new Set(workflowIds)];
    const from = performance.now();
    for (const id of ids) this.#change(id, (watched) => (watched.running += 1));
    return () => {
      const to = performance.now();
      for (const id of ids) {
        this.#change(id, (watched) => {
          watched.running -= 1;
          watched.invocations.push({ from, to });
          const { completedAt, running, invocations, end } = watched;
          if (completedAt === undefined || running > 0) return;
          this.#watched.delete(id);
          end.resolve({ completedAt, returnedAt: to, invocations });
        });
      }
    };
  }

  #change(workflowId: string, change: (watched: Watched) => void): void {
    const watched = this.#watched.get(workflowId);
    if (watched !== undefined) change(watched);
  }
}

/** The cast is this reader's: the bodies are those that SqsStepQueue has just written. */
function workflowIdOf(body: string): string {
  return (JSON.parse(body) as { readonly workflowId: string }).workflowId;
}
