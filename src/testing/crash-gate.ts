import type { CrashPoint } from "./crash-point.ts";

/** What can die, and then neither makes a call nor hears an answer. */
export interface Mortal {
  readonly isDead: boolean;
  /** Lets it die when it has nothing left to do but to wait for the call that it hangs in. */
  doom(): void;
}

/** The version of a workflow that a call is about. */
export interface CallSubject {
  readonly workflowId: string;
  readonly version: number;
}

/** A call that was made. */
export interface PassedCall {
  readonly operation: string;
  /** Counted from 1 for each operation. */
  readonly call: number;
  readonly subject: CallSubject | undefined;
}

const never = () => new Promise<never>(() => undefined);

/**
 * Where every call of every process passes: it counts them, and lets one process die at one of them. That call hangs
 * before or after it is made, so that whoever does not wait for it is found out: what he does beside it still happens.
 */
export class CrashGate {
  readonly calls: PassedCall[] = [];
  /** Whether the process died where it was told to. */
  hasCrashed = false;
  readonly #counts = new Map<string, number>();
  readonly #crashAt: CrashPoint | undefined;

  constructor(crashAt?: CrashPoint) {
    this.#crashAt = crashAt;
  }

  /** Makes a call for a process; never resolves when that is dead, before or after. */
  async pass<T>(process: Mortal, { operation, subject }: Omit<PassedCall, "call">, make: () => Promise<T>): Promise<T> {
    if (process.isDead) return never();
    const call = (this.#counts.get(operation) ?? 0) + 1;
    this.#counts.set(operation, call);
    this.calls.push({ operation, call, subject });
    if (this.#isAt({ operation, call, side: "before" })) return this.#crash(process);
    const answer = make();
    // A call that fails has happened as well.
    await answer.catch(() => undefined);
    if (this.#isAt({ operation, call, side: "after" })) return this.#crash(process);
    return process.isDead ? never() : answer;
  }

  #isAt({ operation, call, side }: CrashPoint): boolean {
    const point = this.#crashAt;
    return point !== undefined && point.operation === operation && point.call === call && point.side === side;
  }

  #crash(process: Mortal): Promise<never> {
    this.hasCrashed = true;
    process.doom();
    return never();
  }
}
