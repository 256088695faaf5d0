import { RefluxoError } from "../../src/engine/index.ts";
import type { CallFault, PortCall } from "./faults.ts";

/** The part of a process that a gate must know. */
export interface Process {
  readonly name: string;
  isDead: boolean;
  /** Makes the step that follows the claim throw outside of its node. */
  isStepBroken: boolean;
  /** Whether it goes on past its deadline, as a paused process that wakes up late. */
  isFrozen: boolean;
}

/** How long a process stalls, ms: past a claim's life and the sweeper's first look after a transition from outside. */
const stallMs = 180_000;

/** A port call that waits for the scheduler. */
export interface Operation {
  readonly process: Process;
  readonly call: PortCall;
  /** One line about it, for people and for injected errors; made only when somebody reads it. */
  readonly note: () => string;
  /** Whether the call was made already and only its answer is on the way. */
  readonly isAnswer: boolean;
  /** Whether it goes on only after everything else has. */
  readonly isLate: boolean;
  /** Epoch ms by the true time before which it does not go on. */
  readonly notBefore: number;
  /** Whether the step that made the call has ended without it. */
  readonly isAbandoned: boolean;
  /** Makes it go on no sooner than then (epoch ms), and after everything punctual. */
  postpone(notBefore: number): void;
  /** Makes the call, or does to it what the fault says; the process goes on at the next turn of the event loop. */
  perform(fault?: CallFault): void;
}

/** How a port call is made, and what its special faults do. */
export interface Call<T> {
  readonly make: () => Promise<T>;
  /** What some faults make of it. */
  readonly variants?: Partial<Record<"partial" | "missing" | "damaged", () => Promise<T>>>;
  /** A read put together from an older and a newer one. */
  readonly tear?: (older: T, newer: T) => T;
  /** That of the step which makes the call: a node that ran out of its time goes on, and nothing that it does counts. */
  readonly signal?: AbortSignal;
}

/** What decides when a call goes on. */
export type Lateness = Pick<Operation, "isAnswer" | "isLate" | "notBefore">;

const punctual: Lateness = { isAnswer: false, isLate: false, notBefore: 0 };

/** An error that the simulation makes a port call throw. */
export function injectedError(note: string): RefluxoError {
  return new RefluxoError("simulation.fault", `injected: ${note}`, { isRetryable: true });
}

/** The two ends of the promise that a process waits for. */
interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

class PendingCall<T> implements Operation {
  readonly process: Process;
  readonly call: PortCall;
  readonly note: () => string;
  readonly isAnswer: boolean;
  isLate: boolean;
  notBefore: number;
  readonly #gate: Gate;
  readonly #how: Call<T>;
  readonly #waiter: Waiter<T>;

  constructor(
    gate: Gate,
    { process, call, note }: Pick<Operation, "process" | "call" | "note">,
    how: Call<T>,
    waiter: Waiter<T>,
    { isAnswer, isLate, notBefore }: Lateness,
  ) {
    this.process = process;
    this.call = call;
    this.note = note;
    this.isAnswer = isAnswer;
    this.isLate = isLate;
    this.notBefore = notBefore;
    this.#gate = gate;
    this.#how = how;
    this.#waiter = waiter;
  }

  perform(fault?: CallFault): void {
    const { process } = this;
    if (process.isDead) return;
    const how = this.#how;
    switch (fault) {
      case "crash before":
        this.#gate.onKill(process);
        break;
      case "crash after":
        void how.make();
        this.#gate.onKill(process);
        break;
      case "throttle":
        this.#waiter.reject(injectedError(this.note()));
        break;
      case "lost answer":
        void how.make();
        this.#waiter.reject(injectedError(`${this.note()}, applied`));
        break;
      case "delay":
        this.#again(how, false);
        break;
      case "stall":
        process.isFrozen = true;
        this.#again(how, false);
        this.#gate.postpone(process, this.#gate.now() + stallMs);
        break;
      case "late answer": {
        const answer = how.make();
        this.#again({ ...how, make: () => answer }, true);
        break;
      }
      case "torn": {
        const older = how.make();
        const tear = how.tear ?? ((_older, newer) => newer);
        this.#again({ make: async () => tear(await older, await how.make()) }, true);
        break;
      }
      default:
        this.#answer(this.#made(fault));
    }
  }

  /** The answer that comes at once. */
  #made(fault: "retried" | "broken step" | "partial" | "missing" | "damaged" | undefined): Promise<T> {
    const { make, variants } = this.#how;
    if (fault === "retried") void make();
    else if (fault === "broken step") this.process.isStepBroken = true;
    else if (fault !== undefined) return (variants?.[fault] ?? make)();
    return make();
  }

  #answer(answer: Promise<T>): void {
    answer.then(this.#waiter.resolve, this.#waiter.reject);
  }

  get isAbandoned(): boolean {
    return this.#how.signal?.aborted ?? false;
  }

  postpone(notBefore: number): void {
    this.isLate = true;
    this.notBefore = notBefore;
  }

  /** Stops again, until everything else has gone on. */
  #again(how: Call<T>, isAnswer: boolean): void {
    const lateness = { isAnswer, isLate: true, notBefore: 0 };
    this.#gate.pending.push(new PendingCall(this.#gate, this, how, this.#waiter, lateness));
  }
}

/** Where every port call of every process stops until the scheduler lets it go on. */
export class Gate {
  readonly pending: Operation[] = [];
  /** Ends a process in the middle of its call. */
  readonly onKill: (process: Process) => void;

  /** Epoch ms by the true time. */
  readonly now: () => number;

  constructor({ onKill, now }: Pick<Gate, "onKill" | "now">) {
    this.onKill = onKill;
    this.now = now;
  }

  /** Stops a call; resolves when it was made. Never resolves for a dead process. */
  pass<T>(process: Process, call: PortCall, note: () => string, how: Call<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (process.isDead) return;
      this.pending.push(new PendingCall(this, { process, call, note }, how, { resolve, reject }, punctual));
    });
  }

  /** Makes a whole process stall: none of its calls goes on before then (epoch ms). */
  postpone(process: Process, notBefore: number): void {
    for (const call of this.pending) if (call.process === process) call.postpone(notBefore);
  }

  /** Takes one operation off the list. */
  take(index: number): Operation | undefined {
    return this.pending.splice(index, 1)[0];
  }

  /** Forgets what a dead process was about to do. */
  forget(process: Process): void {
    for (let index = this.pending.length - 1; index >= 0; index -= 1) {
      if (this.pending[index]?.process === process) this.pending.splice(index, 1);
    }
  }
}
