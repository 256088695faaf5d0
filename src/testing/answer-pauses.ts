import type { Command } from "../contracts/command.ts";
import type { Outcome, WorkflowView } from "../dispatcher/index.ts";
import { type Answers, answerTo, Cancellation, DelayedAnswer, type OpenPause } from "./answers.ts";

/** An answer that a pause refused, and why. */
export interface Refusal {
  readonly workflowId: string;
  readonly nodeId: string;
  readonly reason: string;
}

/** What the script has to do with one pause. */
interface Asked {
  readonly pause: OpenPause;
  readonly answer: unknown;
  /** Epoch ms. */
  readonly at: number;
}

/** The most answers to one pause: a script that goes on for ever is a mistake. */
const maxRefusals = 20;

/** Works off the script of answers, pause by pause. */
export class AnswerDesk {
  readonly refusals: Refusal[] = [];
  readonly #answers: Answers;
  /** By `workflowId#version`; undefined when the script has no answer. */
  readonly #asked = new Map<string, Asked | undefined>();
  readonly #visits = new Map<string, number>();

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  /** Asks the script about a workflow that is paused, once per pause. */
  see(view: WorkflowView, now: number): void {
    const key = `${view.workflowId}#${view.version}`;
    if (view.pause === undefined || this.#asked.has(key)) return;
    const { nodeId, data, dueAt } = view.pause;
    const visit = (this.#visits.get(`${view.workflowId}/${nodeId}`) ?? 0) + 1;
    this.#visits.set(`${view.workflowId}/${nodeId}`, visit);
    const { workflowId, definitionId, version } = view;
    const due = dueAt !== undefined && { dueAt };
    this.#ask(key, { workflowId, definitionId, nodeId, version, data, ...due, visit, refusals: [] }, now);
  }

  /** Epoch ms at which the next answer is given; undefined when there is none. */
  get nextAt(): number | undefined {
    return this.#next()?.at;
  }

  /** Gives the next answer if its time has come; false when there is none. */
  async answer(now: number, execute: (command: Command) => Promise<Outcome>): Promise<boolean> {
    const next = this.#next();
    if (next === undefined || next.at > now) return false;
    const { pause, answer } = next;
    const key = `${pause.workflowId}#${pause.version}`;
    const outcome = await execute(commandFor(pause, answer));
    this.#asked.set(key, undefined);
    if (outcome.type !== "refused") return true;
    const { workflowId, nodeId } = pause;
    this.refusals.push({ workflowId, nodeId, reason: outcome.reason });
    const refusals = [...pause.refusals, outcome.reason];
    // Any other refusal says that the pause is over.
    if (outcome.code === "invalid" && refusals.length < maxRefusals) this.#ask(key, { ...pause, refusals }, now);
    return true;
  }

  #ask(key: string, pause: OpenPause, now: number): void {
    const answer = answerTo(this.#answers, pause);
    const given = answer instanceof DelayedAnswer ? answer : new DelayedAnswer(0, answer);
    const isAnswered = given.answer !== undefined;
    this.#asked.set(key, isAnswered ? { pause, answer: given.answer, at: now + given.delayMs } : undefined);
  }

  #next(): Asked | undefined {
    const open = [...this.#asked.values()].filter((asked) => asked !== undefined);
    return open.toSorted((a, b) => a.at - b.at)[0];
  }
}

function commandFor({ workflowId, version }: OpenPause, answer: unknown): Command {
  if (answer instanceof Cancellation) {
    const reason = answer.reason !== undefined && { reason: answer.reason };
    return { type: "cancel", schemaVersion: 1, workflowId, ...reason };
  }
  return { type: "resume", schemaVersion: 1, workflowId, version, payload: answer, isOperator: true };
}
