import { type ChildProcess, fork } from "node:child_process";

/** A worker process, and what it has printed as errors so far. */
export interface ForkedWorker {
  readonly worker: ChildProcess;
  readonly errors: readonly string[];
}

/** Starts a worker with options of Node's. */
export function forkWorker(workerFile: string, nodeOptions: readonly string[]): ForkedWorker {
  const execArgv = [...nodeOptions];
  const worker = fork(workerFile, [], { execArgv, stdio: ["ignore", "inherit", "pipe", "ipc"] });
  const errors: string[] = [];
  worker.stderr?.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  return { worker, errors };
}

/** What V8 says last, such as `Reached heap limit`. */
export function fatalLines(errors: readonly string[]): readonly string[] {
  return errors
    .join("")
    .split("\n")
    .filter((line) => line.startsWith("FATAL ERROR"));
}
