import { readFileSync } from "node:fs";

/**
 * The most memory that this process had resident so far, MiB. On Linux from /proc: a process that Node forked takes
 * its parent's peak over into `resourceUsage().maxRSS`, which would count the emulators.
 */
export function readPeakMebibytes(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS / 1024;
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  if (kibibytes === undefined) throw new TypeError("/proc/self/status names no VmHWM");
  return Number(kibibytes) / 1024;
}
