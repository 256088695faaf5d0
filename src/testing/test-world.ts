import type { Command } from "../contracts/command.ts";
import type { Outcome, WorkflowView } from "../dispatcher/index.ts";
import { RefluxoError } from "../engine/index.ts";
import { parseReceived } from "../platforms/memory/index.ts";
import { AnswerDesk } from "./answer-pauses.ts";
import { CrashGate } from "./crash-gate.ts";
import { parseCrashPoint } from "./crash-point.ts";
import type { TestPlan } from "./test-plan.ts";
import { type InvocationResult, type Invoked, TestProcess } from "./test-process.ts";
import { TestServices } from "./test-services.ts";

/** How often the sweeper looks, when nothing else moves, before a pause counts as one that nobody answers. */
const looksAtRest = 2;
/** More turns than any workflow within its bounds takes. */
const maxTurns = 1_000_000;

/** Everything around one run: it delivers messages, answers pauses and moves time on until nothing is left to do. */
export class TestWorld {
  readonly services: TestServices;
  readonly gate: CrashGate;
  readonly desk: AnswerDesk;
  /** Sees what is stored; nothing that it does counts. */
  readonly #observer: TestProcess;
  readonly #hasSweeper: boolean;
  #process: TestProcess;
  #looks = 0;
  #versions = 0;
  /** How often a process died. */
  crashes = 0;

  constructor(plan: TestPlan) {
    const { crashAt, answers = {}, sweeper = true } = plan.options;
    this.services = new TestServices(plan);
    this.gate = new CrashGate(crashAt === undefined ? undefined : parseCrashPoint(crashAt));
    this.desk = new AnswerDesk(answers);
    this.#hasSweeper = sweeper;
    this.#observer = new TestProcess(this.services, new CrashGate());
    this.#process = new TestProcess(this.services, this.gate);
  }

  /** Carries out a command as a caller does: again, when the process that was asked has died. */
  async execute(command: Command): Promise<Outcome> {
    for (;;) {
      const answer = await this.#invoke(({ dispatcher, invocation }) => dispatcher.execute(command, invocation));
      if (answer.type === "done") return answer.value;
    }
  }

  /** Goes on until every workflow has ended or waits for an answer that the script does not have. */
  async settle(): Promise<void> {
    const { clock } = this.services;
    for (let turn = 0; turn < maxTurns; turn += 1) {
      if (await this.#poll()) continue;
      const views = await this.views();
      for (const view of views) this.desk.see(view, clock.now());
      if (await this.desk.answer(clock.now(), (command) => this.execute(command))) continue;
      const checkAt = await this.#nextCheckAt(views);
      const at = Math.min(
        ...this.services.queue.messages.map(({ visibleAt }) => visibleAt),
        this.desk.nextAt ?? Infinity,
        checkAt,
      );
      if (!Number.isFinite(at)) return;
      clock.advanceTo(at);
      if (checkAt <= clock.now()) await this.#sweep();
    }
    throw new RefluxoError("testing.endless", `The run did not come to rest in ${maxTurns} turns`);
  }

  /** Every workflow as callers see it, the oldest first. */
  async views(): Promise<readonly WorkflowView[]> {
    const places = await this.services.store.list({ type: "all" }, {}, Number.MAX_SAFE_INTEGER);
    const views = await Promise.all(places.map(({ workflowId }) => this.observe({ type: "get", workflowId })));
    return views.flatMap((outcome) => (outcome.type === "snapshot" ? [outcome.workflow] : [])).toReversed();
  }

  /** Reads without being counted. */
  async observe(command: Command): Promise<Outcome> {
    const answer = await this.#observer.invoke(({ dispatcher, invocation }) => dispatcher.execute(command, invocation));
    if (answer.type === "died") throw new RefluxoError("testing.observer", "The observer cannot die");
    return answer.value;
  }

  /** One invocation of the process; of a new one, from then on, when that dies. */
  async #invoke<T>(work: (invoked: Invoked) => Promise<T>): Promise<InvocationResult<T>> {
    const process = this.#process;
    const answer = await process.invoke(work);
    if (process.isDoomed) {
      this.crashes += 1;
      this.#process = new TestProcess(this.services, this.gate);
    }
    return answer;
  }

  /** One batch from the queue: dispatched, and acknowledged where that succeeded. */
  async #poll(): Promise<boolean> {
    const { queue } = this.services;
    const received = queue.receive(10);
    if (received.length === 0) return false;
    const answer = await this.#invoke(async ({ process, dispatcher, invocation }) => {
      const results = await dispatcher.dispatchBatch(parseReceived(received), invocation);
      for (const [index, { receiptHandle }] of received.entries()) {
        if (results[index]?.status !== "fulfilled") continue;
        await process.pass("queue.delete", async () => queue.delete(receiptHandle));
      }
    });
    if (answer.type === "done") return true;
    // Sooner than a queue would, so that the next process meets the dead one's claim and has to wait for its end.
    for (const { receiptHandle } of received) await queue.hide(receiptHandle, 0);
    return true;
  }

  async #sweep(): Promise<void> {
    await this.#invoke(({ dispatcher, invocation }) => dispatcher.sweep(invocation));
  }

  /** When the sweeper next finds something, epoch ms; infinite without it, and when nothing is left for it to do. */
  async #nextCheckAt(views: readonly WorkflowView[]): Promise<number> {
    if (!this.#hasSweeper || views.every(hasEnded)) return Number.POSITIVE_INFINITY;
    const versions = views.reduce((sum, { version }) => sum + version, 0);
    const mayMove = views.some(
      (view) => !hasEnded(view) && (view.status !== "paused" || view.pause?.dueAt !== undefined),
    );
    this.#looks = mayMove || versions !== this.#versions ? 0 : this.#looks + 1;
    this.#versions = versions;
    if (this.#looks > looksAtRest) return Number.POSITIVE_INFINITY;
    const [next] = await this.services.store.listDue(Number.POSITIVE_INFINITY, 1);
    return next?.checkAt ?? Number.POSITIVE_INFINITY;
  }
}

function hasEnded({ status }: WorkflowView): boolean {
  return status === "completed" || status === "failed";
}
