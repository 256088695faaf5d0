import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import type { BuiltFunction } from "../../scripts/build.ts";

const runner = fileURLToPath(new URL("./run-bundle.ts", import.meta.url));
const Answer = v.union([v.object({ error: v.string() }), v.object({ result: v.optional(v.string()) })]);

/** A container of a built function: a process with nothing but the bundle and the function's environment. */
export class LambdaProcess {
  readonly #child: ChildProcess;
  /** Rejects when the process ends. */
  readonly #ended: Promise<never>;
  #output = "";
  #last: Promise<unknown>;

  constructor(
    { handlerFile, handlerName }: BuiltFunction,
    timeoutSeconds: number,
    environment: Readonly<Record<string, string>>,
  ) {
    this.#child = fork(runner, [handlerFile, handlerName, String(timeoutSeconds)], {
      env: environment,
      execArgv: [],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    }
    this.#ended = once(this.#child, "exit").then(() => {
      throw new Error(`The function's process ended. Output:\n${this.#output}`);
    });
    // Whoever waits for an answer hears of it.
    this.#ended.catch(() => undefined);
    this.#last = this.#hear();
  }

  /** Runs the handler on one event, after those before it: a container takes one at a time. Throws what it throws. */
  invoke(event: unknown): Promise<unknown> {
    const run = async () => {
      const heard = this.#hear();
      this.#child.send({ event, awsRequestId: randomUUID() });
      const answer = v.parse(Answer, await heard);
      if ("error" in answer) throw new Error(answer.error);
      return answer.result === undefined ? undefined : JSON.parse(answer.result);
    };
    const result = this.#last.then(run, run);
    this.#last = result;
    return result;
  }

  /** What the function printed, line by line. */
  get logLines(): readonly string[] {
    return this.#output.split("\n").filter((line) => line !== "");
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "close");
  }

  async #hear(): Promise<unknown> {
    const [message] = await Promise.race([once(this.#child, "message"), this.#ended]);
    return message;
  }
}
