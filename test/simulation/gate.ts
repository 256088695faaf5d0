import { RefluxoError } from "../../src/engine/index.ts";
import type { CallFault, PortCall } from "./faults.ts";

/** The part of a process that a gate must know. */
export interface Process {
  readonly name: string;
  isDead: boolean;
  /** Makes the step that follows the claim throw outside of its node. */
  isStepBroken: boolean;
}

/** A port call that waits for the scheduler. */
export interface Operation {
  readonly process: Process;
  readonly call: PortCall;
  readonly note: string;
  /** Whether the call was made already and only its answer is on the way. */
  readonly isAnswer: boolean;
  /** Whether it goes on only after everything else has. */
  readonly isLate: boolean;
  /** Makes the call, or does to it what the fault says; the process goes on at the next turn of the event loop. */
  perform(fault?: CallFault): void;
}

/** How a port call is made, and what its special faults do. */
export interface Call<T> {
  readonly make: () => Promise<T>;
  /** A batch of which some entries fail. */
  readonly makePart?: () => Promise<T>;
  /** A read put together from an older and a newer one. */
  readonly tear?: (older: T, newer: T) => T;
}

type Lateness = Pick<Operation, "isAnswer" | "isLate">;

const punctual: Lateness = { isAnswer: false, isLate: false };

/** An error that the simulation makes a port call throw. */
export function injectedError(note: string): RefluxoError {
  return new RefluxoError("simulation.fault", `injected: ${note}`, { isRetryable: true });
}

/** Where every port call of every process stops until the scheduler lets it go on. */
export class Gate {
  readonly pending: Operation[] = [];
  readonly #onKill: (process: Process) => void;

  constructor(onKill: (process: Process) => void) {
    this.#onKill = onKill;
  }

  /** Stops a call; resolves when it was made. Never resolves for a dead process. */
  pass<T>(process: Process, call: PortCall, note: string, how: Call<T>, lateness: Lateness = punctual): Promise<T> {
    return new Promise((resolve, reject) => {
      if (process.isDead) return;
      const perform = (fault?: CallFault) => {
        if (process.isDead) return;
        const again = (late: Call<T>, isAnswered: boolean) =>
          void this.pass(process, call, note, late, { isAnswer: isAnswered, isLate: true }).then(resolve, reject);
        switch (fault) {
          case undefined:
            return resolve(how.make());
          case "crash before":
            return this.#onKill(process);
          case "crash after":
            void how.make();
            return this.#onKill(process);
          case "throttle":
            return reject(injectedError(note));
          case "lost answer":
            void how.make();
            return reject(injectedError(`${note}, applied`));
          case "retried":
            void how.make();
            return resolve(how.make());
          case "delay":
            return again(how, false);
          case "late answer": {
            const answer = how.make();
            return again({ make: () => answer }, true);
          }
          case "partial":
            return resolve(how.makePart?.() ?? how.make());
          case "torn": {
            const older = how.make();
            const tear = how.tear ?? ((_older, newer) => newer);
            return again({ make: async () => tear(await older, await how.make()) }, true);
          }
          case "broken step":
            process.isStepBroken = true;
            return resolve(how.make());
        }
      };
      this.pending.push({ process, call, note, perform, ...lateness });
    });
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
