import { spawnSync } from "node:child_process";

/** Keeps all threads of this process on one core, the last one; false where there is no `taskset` to do it. */
export function pinToOneCore(): boolean {
  const { status, stdout } = spawnSync("sh", ["-c", `taskset -acp "$(($(nproc) - 1))" ${process.pid}`], {
    encoding: "utf8",
  });
  return status === 0 && stdout !== "";
}
