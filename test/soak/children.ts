import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import type { Ports } from "./soak-stack.ts";

const entry = fileURLToPath(new URL("soak-process.ts", import.meta.url));
const Ready = v.object({ sqsAndS3: v.number(), dynamodb: v.number() });
/** How long a process may take until it is ready, ms. */
const readyWithinMs = 20_000;

/** A process of the soak that is ready. */
export interface Child {
  readonly pid: number;
  readonly ports: Ports;
  /** Ends it with SIGKILL and waits until it is gone. */
  kill(): Promise<void>;
}

/** The processes of one soak; each is ended by its own id. */
export class Children {
  /** What ended without being killed from here. */
  readonly crashes: string[] = [];
  readonly #running = new Set<ChildProcess>();
  readonly #onProcess: (pid: number) => void;
  #isOver = false;

  constructor(onProcess: (pid: number) => void = () => undefined) {
    this.#onProcess = onProcess;
  }

  /** Starts a process; throws when it ends, is not ready in time, or all were ended for good. */
  async start(role: "emulators" | "dispatcher" | "sweeper", folder: string, ports: Ports): Promise<Child> {
    if (this.#isOver) throw new Error(`No ${role} is started: the soak is over`);
    const forked = fork(entry, [role, folder, String(ports.sqsAndS3), String(ports.dynamodb)], { execArgv: [] });
    this.#running.add(forked);
    if (forked.pid !== undefined) this.#onProcess(forked.pid);
    const ended = new Promise<void>((resolve) => {
      forked.once("exit", (code, signal) => {
        // A killed process was taken off before.
        if (this.#running.delete(forked)) this.crashes.push(`a ${role} ended by itself (${code ?? signal})`);
        resolve();
      });
    });
    const ready = await new Promise<Ports>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`The ${role} is not ready in time`)), readyWithinMs);
      forked.once("message", (message) => {
        clearTimeout(timer);
        resolve(v.parse(Ready, message));
      });
      forked.once("error", reject);
      forked.once("exit", (code, signal) => {
        clearTimeout(timer);
        reject(new Error(`The ${role} ended before it was ready (${code ?? signal})`));
      });
    });
    const kill = async () => {
      this.#running.delete(forked);
      forked.kill("SIGKILL");
      await ended;
    };
    return { pid: forked.pid ?? 0, ports: ready, kill };
  }

  /** Kills every process that runs, at once and for good: for the end, a failure and Ctrl-C. */
  killAll(): void {
    this.#isOver = true;
    for (const forked of [...this.#running]) {
      this.#running.delete(forked);
      forked.kill("SIGKILL");
    }
  }
}
