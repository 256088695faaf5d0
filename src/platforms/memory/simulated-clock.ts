import type { Clock } from "../../ports/clock.ts";

interface Scheduled {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that moves only when told to; callbacks fire in order of their time. */
export class SimulatedClock implements Clock {
  #now: number;
  readonly #scheduled: Scheduled[] = [];

  /** Begins at an epoch ms; by default 2100-01-01, past any real time that a library might compare with. */
  constructor(startAt = Date.UTC(2100, 0, 1)) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const entry: Scheduled = { at: this.#now + Math.max(0, delayMs), callback };
    this.#scheduled.push(entry);
    return () => {
      this.#forget(entry);
    };
  }

  /** Moves time forward by some ms and fires what falls due on the way. */
  advance(ms: number): void {
    this.advanceTo(this.#now + ms);
  }

  /**
   * Moves time forward to an epoch ms and fires what falls due on the way; never moves back. Stops where something fires
   * that makes `isOver` true.
   */
  advanceTo(at: number, isOver: () => boolean = () => false): void {
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.at > at) break;
      this.#forget(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      if (isOver()) return;
    }
    this.#now = Math.max(this.#now, at);
  }

  /** What is due first; of two that are due together, what was scheduled first. */
  #next(): Scheduled | undefined {
    let next = this.#scheduled[0];
    for (const entry of this.#scheduled) if (next !== undefined && entry.at < next.at) next = entry;
    return next;
  }

  #forget(entry: Scheduled): void {
    const index = this.#scheduled.indexOf(entry);
    if (index >= 0) this.#scheduled.splice(index, 1);
  }
}
