/** A pause that waits for an answer. */
export interface OpenPause {
  readonly workflowId: string;
  readonly definitionId: string;
  readonly nodeId: string;
  readonly version: number;
  /** What the node says of what it awaits. */
  readonly data: unknown;
  /** Epoch ms at which it ends by itself. */
  readonly dueAt?: number;
  /** 1 for the first pause of this node in this workflow. */
  readonly visit: number;
  /** Why earlier answers to this pause were refused. */
  readonly refusals: readonly string[];
}

/** Answers a pause after some simulated time. */
export class DelayedAnswer {
  readonly delayMs: number;
  readonly answer: unknown;

  constructor(delayMs: number, answer: unknown) {
    this.delayMs = delayMs;
    this.answer = answer;
  }
}

/** Cancels the workflow in place of an answer. */
export class Cancellation {
  readonly reason: string | undefined;

  constructor(reason: string | undefined) {
    this.reason = reason;
  }
}

/** The same answer, so much simulated time after the pause began. */
export function answerAfter(delayMs: number, answer: unknown): DelayedAnswer {
  return new DelayedAnswer(delayMs, answer);
}

/** Cancels the workflow while it is paused. */
export function cancel(reason?: string): Cancellation {
  return new Cancellation(reason);
}

/** Decides about a pause: the payload, `answerAfter(…)` or `cancel()`; undefined leaves it unanswered. */
export type AnswerFunction = (pause: OpenPause) => unknown;

/** The script that answers pauses: by node id (the payload, or a function of the pause), or one function for all of them. */
export type Answers = AnswerFunction | Readonly<Record<string, unknown>>;

/** Whether a script's entry decides by itself. */
function isAnswerFunction(answer: unknown): answer is AnswerFunction {
  return typeof answer === "function";
}

/** What the script says to a pause; undefined when it has no answer (any more). */
export function answerTo(answers: Answers, pause: OpenPause): unknown {
  if (isAnswerFunction(answers)) return answers(pause);
  const answer = Object.hasOwn(answers, pause.nodeId) ? answers[pause.nodeId] : undefined;
  if (isAnswerFunction(answer)) return answer(pause);
  // The same again would be refused again.
  return pause.refusals.length === 0 ? answer : undefined;
}
