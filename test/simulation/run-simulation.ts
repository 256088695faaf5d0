import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What the command printed, and its exit code. */
export interface CommandResult {
  readonly exitCode: number;
  readonly output: string;
}

const script = fileURLToPath(new URL("../../scripts/simulate.ts", import.meta.url));

/** Runs `npm run simulate` with arguments, in a process of its own. */
export function runSimulation(args: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { maxBuffer: 1e8 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ exitCode, output: `${stdout}${stderr}` });
    });
  });
}
