import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { runSoak, type SoakOptions } from "./run-soak.ts";

const short: SoakOptions = {
  seed: 5,
  durationMs: 2_000,
  dispatchers: 2,
  killEveryMs: 1_000,
  restartEveryMs: 1_200,
  mostLive: 12,
  mostWorkflows: 20,
  drainMs: 40_000,
  onProgress: () => undefined,
};

const folderIn = mkdtempSync(join(tmpdir(), "refluxo-soak-test-"));
afterAll(() => rmSync(folderIn, { recursive: true, force: true }));

test("a short soak kills a dispatcher and the emulators, comes to rest, and finds no violation", async () => {
  const { violations, figures } = await runSoak(short);
  expect(violations).toEqual([]);
  expect(figures["workflows"]).toBeGreaterThan(5);
  expect(figures["kills"]).toBeGreaterThan(0);
  expect(figures["emulatorRestarts"]).toBeGreaterThan(1);
  expect(figures["nodeRuns"]).toBeGreaterThanOrEqual(figures["steps"] ?? 0);
}, 240_000);

/** Signal 0 asks whether a process is there. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a soak that is ended early says so and leaves neither a process nor a folder behind", async () => {
  const stop = new AbortController();
  const pids: number[] = [];
  const onProcess = (pid: number) => pids.push(pid);
  const soak = runSoak({ ...short, durationMs: 60_000, folderIn, signal: stop.signal, onProcess });
  await vi.waitFor(() => expect(pids.filter(isRunning).length).toBeGreaterThan(2), { timeout: 90_000 });
  stop.abort(new Error("The soak was ended by hand"));
  await expect(soak).rejects.toThrow("ended by hand");
  expect(readdirSync(folderIn)).toEqual([]);
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), { timeout: 90_000 });
}, 40_000);
