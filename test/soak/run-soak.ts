import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createResources } from "../../src/platforms/local/template/create-resources.ts";
import { createPrng } from "../simulation/prng.ts";
import { Callers } from "./callers.ts";
import { Chaos } from "./chaos.ts";
import { Children } from "./children.ts";
import { type LedgerLine, LedgerReader } from "./ledger.ts";
import { silentLogger } from "./silent-logger.ts";
import { countWaiting, readDeadLetters } from "./soak-queues.ts";
import { judgeSoak, type SoakReport } from "./soak-report.ts";
import { createSoakPlatform, readSoakStack, type SoakStack } from "./soak-stack.ts";
import { patient, pause } from "./waiting.ts";

/** How a soak runs; times in ms. */
export interface SoakOptions {
  readonly seed: number;
  /** How long workflows are started and processes killed. */
  readonly durationMs: number;
  readonly dispatchers: number;
  /** On average; 0 kills none. */
  readonly killEveryMs: number;
  /** On average; 0 restarts none. */
  readonly restartEveryMs: number;
  /** Workflows under way at a time. */
  readonly mostLive: number;
  /** Workflows at all. */
  readonly mostWorkflows: number;
  /** How long everything may take to come to rest; above the sweeper's liveness interval, so that it may heal. */
  readonly drainMs: number;
  /** Ends the soak early, with an error. */
  readonly signal?: AbortSignal;
  readonly onProgress: (line: string) => void;
  /** Told of each process that is started. */
  readonly onProcess?: (pid: number) => void;
  /** Where its own temporary folder is made; the system's place for those when absent. */
  readonly folderIn?: string;
}

/** For start-up and the final check, beside the two stages, ms. */
const spareMs = 120_000;

/**
 * Runs a soak in processes of its own and judges it. Throws when it cannot run, is aborted, or hangs past its
 * deadline; no process and no folder is left in any case.
 */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const children = new Children(options.onProcess);
  const folder = mkdtempSync(join(options.folderIn ?? tmpdir(), "refluxo-soak-"));
  const limits = [AbortSignal.timeout(options.durationMs + options.drainMs + spareMs)];
  const signal = AbortSignal.any(options.signal === undefined ? limits : [...limits, options.signal]);
  const killNow = () => children.killAll();
  process.once("exit", killNow);
  try {
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    return await Promise.race([play(options, children, folder, signal), aborted]);
  } finally {
    children.killAll();
    process.off("exit", killNow);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function play(
  options: SoakOptions,
  children: Children,
  folder: string,
  signal: AbortSignal,
): Promise<SoakReport> {
  const emulators = await children.start("emulators", folder, { sqsAndS3: 0, dynamodb: 0 });
  const stack = readSoakStack(emulators.ports);
  await createResources(stack.application, stack.endpoints);
  const ledger = join(folder, "ledger.jsonl");
  const platform = createSoakPlatform(stack, { stateFolder: folder, logger: silentLogger, onRun: () => undefined });
  const prng = createPrng(options.seed);
  const chaos = new Chaos({ children, folder, ledger, emulators, prng, signal });
  await chaos.startWorkers(options.dispatchers);
  const reader = new LedgerReader(ledger);
  const lines: LedgerLine[] = [];
  const read = () => {
    const added = reader.read();
    lines.push(...added);
    return added;
  };
  const callers = new Callers({ ...options, stack, platform, prng, signal });
  const startedAt = Date.now();
  try {
    const endAt = startedAt + options.durationMs;
    await Promise.all([chaos.run(options, endAt), callers.run(endAt, read)]);
    options.onProgress(`started ${callers.started} workflows; draining`);
    const drainEndAt = Date.now() + options.drainMs;
    while (Date.now() < drainEndAt && !(await isAtRest(stack, platform, callers, signal))) {
      callers.answer(read());
      await pause(signal, 500);
    }
    const drainedAt = Date.now();
    await chaos.stopWorkers();
    read();
    const deadLetters = await patient(signal, () => readDeadLetters(platform.sqs, stack.deadLetters.url));
    const unanswered = callers.pending > 0 ? [`I5: ${callers.pending} callers got no answer`] : [];
    const { store, values } = platform;
    const report = await judgeSoak({ planned: callers.planned, store, values, lines, deadLetters });
    return {
      violations: [...children.crashes, ...unanswered, ...report.violations],
      figures: {
        ...report.figures,
        seconds: Math.round((drainedAt - startedAt) / 1_000),
        kills: chaos.kills,
        emulatorRestarts: chaos.restarts,
      },
    };
  } finally {
    platform.close();
  }
}

async function isAtRest(
  stack: SoakStack,
  { store, sqs }: ReturnType<typeof createSoakPlatform>,
  callers: Callers,
  signal: AbortSignal,
): Promise<boolean> {
  if (callers.pending > 0) return false;
  const [live] = await patient(signal, () => store.listDue(Number.MAX_SAFE_INTEGER, 8));
  return live === undefined && (await patient(signal, () => countWaiting(sqs, stack.queue.url))) === 0;
}
