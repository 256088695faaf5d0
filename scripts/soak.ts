import { parseArgs } from "node:util";
import { runSoak } from "../test/soak/run-soak.ts";

const usage = `Kills and restarts the parts of a local stack while workflows run, and checks what becomes of them (docs/reliability.md).
  --minutes M         how long workflows are started and processes killed (5)
  --seed S            which workflows are started (1)
  --dispatchers N     dispatcher processes (2)
  --kill-every T      seconds between kills of a dispatcher, on average; 0 for none (4)
  --restart-every T   seconds between restarts of the emulators, on average; 0 for none (45)
  --live N            workflows under way at a time (60)
  --drain T           seconds within which all has to come to rest (420)`;

/** A number of an option; throws when it is none. */
function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new Error(`--${name} must be a number\n${usage}`);
  return value;
}

/** Runs a soak as the arguments say; the exit code is 1 when an invariant was violated. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "5" },
      seed: { type: "string", default: "1" },
      dispatchers: { type: "string", default: "2" },
      "kill-every": { type: "string", default: "4" },
      "restart-every": { type: "string", default: "45" },
      live: { type: "string", default: "60" },
      drain: { type: "string", default: "420" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(usage);
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => interrupted.abort(new Error(`The soak was ended by ${signal}`)));
  }
  const { violations, figures } = await runSoak({
    seed: numberOf("seed", values.seed),
    durationMs: numberOf("minutes", values.minutes) * 60_000,
    dispatchers: Math.max(1, numberOf("dispatchers", values.dispatchers)),
    killEveryMs: numberOf("kill-every", values["kill-every"]) * 1_000,
    restartEveryMs: numberOf("restart-every", values["restart-every"]) * 1_000,
    mostLive: numberOf("live", values.live),
    mostWorkflows: 100_000,
    drainMs: numberOf("drain", values.drain) * 1_000,
    signal: interrupted.signal,
    onProgress: (line) => console.log(line),
  });
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(20)} ${value}`);
  console.log(violations.length === 0 ? "no violation" : `${violations.length} violations:`);
  for (const violation of violations) console.log(`  ${violation}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

try {
  await main();
} catch (error) {
  // The processes and the folder are gone by now; what of the soak's own loops is left has nothing to wait for.
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
