import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const projectDirectory = fileURLToPath(new URL("../../", import.meta.url));
/** How long a test waits for a line or an end before it fails, ms. */
const patienceMs = 30_000;

/** What other processes compiled is not compiled again. */
const cacheFolder = process.env["NODE_COMPILE_CACHE"];
const compileCache = cacheFolder === undefined ? {} : { NODE_COMPILE_CACHE: cacheFolder };

/** How a process ended: its exit code, or the signal that killed it. */
export type Ending = number | NodeJS.Signals;

/** A Node process that a test started in the project's folder; all its output is kept. */
export class NodeProcess {
  /** Rejects instead when the test was over before. */
  readonly ended: Promise<Ending>;
  #output = "";
  #isAbandoned = false;
  readonly #child: ChildProcess;
  readonly #watchers = new Set<() => void>();

  constructor(args: readonly string[], environment: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, args, {
      cwd: projectDirectory,
      env: { ...compileCache, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => this.#take(text));
    }
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (code, signal) => {
        process.off("exit", killNow);
        // A test that timed out still runs: with an error it ends, where an ending would let it start the next process.
        if (this.#isAbandoned) reject(new Error("The test is over"));
        else resolve(code ?? signal ?? "SIGKILL");
      });
    });
    this.ended.catch(() => undefined);
    const killNow = () => this.#child.kill("SIGKILL");
    process.once("exit", killNow);
  }

  /** Everything that was printed so far, on either stream. */
  get output(): string {
    return this.#output;
  }

  /** Waits until the output has the pattern; throws, with the output, when the process ends or takes too long. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        this.#watchers.delete(look);
        reject(new Error(`${pattern} was not printed: ${why}. Output:\n${this.#output}`));
      };
      const timer = setTimeout(() => fail(`${patienceMs} ms are over`), patienceMs);
      const look = () => {
        const found = pattern.exec(this.#output);
        if (found === null) return;
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      look();
      this.ended.then((ending) => {
        clearTimeout(timer);
        fail(`the process ended (${ending})`);
      }, reject);
    });
  }

  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Ending> {
    this.#child.kill(signal);
    return this.ended;
  }

  /** Kills the process when it still runs; to be called after every test, since one that failed did not. */
  async abandon(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#isAbandoned = true;
    this.#child.kill("SIGKILL");
    await this.ended.catch(() => undefined);
  }

  #take(text: string): void {
    this.#output += text;
    for (const look of [...this.#watchers]) look();
  }
}
