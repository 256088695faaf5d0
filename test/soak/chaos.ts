import type { Prng } from "../simulation/prng.ts";
import type { Child, Children } from "./children.ts";
import { appendLine } from "./ledger.ts";
import type { SoakOptions } from "./run-soak.ts";
import { pause } from "./waiting.ts";

/** Kills processes and starts them again, and writes to the ledger whom it killed and when. */
export class Chaos {
  kills = 0;
  restarts = 0;
  readonly #parts: ChaosParts;
  readonly #dispatchers: Child[] = [];
  #sweeper: Child | undefined;
  #emulators: Child;

  constructor(parts: ChaosParts) {
    this.#parts = parts;
    this.#emulators = parts.emulators;
  }

  /** Starts the dispatchers and the sweeper. */
  async startWorkers(dispatchers: number): Promise<void> {
    const starting = Array.from({ length: dispatchers }, () => this.#start("dispatcher"));
    const [sweeper, ...started] = await Promise.all([this.#start("sweeper"), ...starting]);
    this.#dispatchers.push(...started);
    this.#sweeper = sweeper;
  }

  /**
   * Kills until the end, and then restarts the emulators once more: that frees the messages which the dispatchers
   * killed last still held, so that the drain need not wait for their visibility timeout.
   */
  async run({ killEveryMs, restartEveryMs }: SoakOptions, endAt: number): Promise<void> {
    await Promise.all([
      this.#repeat(killEveryMs, endAt, () => this.#killDispatcher()),
      this.#repeat(restartEveryMs, endAt, () => this.#restartEmulators()),
    ]);
    if (restartEveryMs > 0) await this.#restartEmulators();
  }

  /** Ends the dispatchers and the sweeper. */
  async stopWorkers(): Promise<void> {
    await Promise.all([...this.#dispatchers, this.#sweeper].map((child) => child?.kill()));
  }

  #start(role: "dispatcher" | "sweeper"): Promise<Child> {
    const { children, folder, emulators } = this.#parts;
    return children.start(role, folder, emulators.ports);
  }

  async #repeat(everyMs: number, endAt: number, act: () => Promise<void>): Promise<void> {
    if (everyMs === 0) return;
    for (;;) {
      const waitMs = everyMs / 2 + this.#parts.prng.below(everyMs);
      if (Date.now() + waitMs >= endAt) return pause(this.#parts.signal, Math.max(0, endAt - Date.now()));
      await pause(this.#parts.signal, waitMs);
      await act();
    }
  }

  async #killDispatcher(): Promise<void> {
    const index = this.#parts.prng.below(this.#dispatchers.length);
    const victim = this.#dispatchers[index];
    if (victim === undefined) return;
    await victim.kill();
    appendLine(this.#parts.ledger, { type: "kill", at: Date.now(), pid: victim.pid });
    this.kills += 1;
    this.#dispatchers[index] = await this.#start("dispatcher");
  }

  async #restartEmulators(): Promise<void> {
    const { children, folder, emulators, ledger } = this.#parts;
    const at = Date.now();
    await this.#emulators.kill();
    this.#emulators = await children.start("emulators", folder, emulators.ports);
    appendLine(ledger, { type: "outage", at, until: Date.now() });
    this.restarts += 1;
  }
}

interface ChaosParts {
  readonly children: Children;
  readonly folder: string;
  readonly ledger: string;
  readonly emulators: Child;
  readonly prng: Prng;
  readonly signal: AbortSignal;
}
