import { describeError, RefluxoError } from "../engine/index.ts";
import type { PassedCall } from "./crash-gate.ts";
import { type CrashPoint, formatCrashPoint } from "./crash-point.ts";
import type { EffectPromises } from "./effect-promises.ts";
import { differencesOf } from "./run-differences.ts";
import type { RunOptions } from "./run-options.ts";
import { neverComesTo, runPlan } from "./run-workflow.ts";
import { planTest, type TestPlan } from "./test-plan.ts";
import type { TestRun } from "./workflow-run.ts";

/** How a workflow is run through its crash points: as `runWorkflow` does, and with what is promised of its effects. */
export interface CrashOptions extends RunOptions {
  readonly effects?: EffectPromises;
}

/** What was run through. */
export interface CrashReport {
  /** The run without a crash, which all others were compared with. */
  readonly run: TestRun;
  readonly crashPoints: number;
}

/**
 * Runs a workflow without a crash, and then once for every place at which its process can die: before and after every
 * call to store, queue and buckets, every node and every effect. What died makes no further call; its messages come
 * again, and a new process goes on when its claim has run out. Every run must end as the first did, see `differencesOf`.
 * Throws `testing.crash-point` for the first that does not, with how to repeat it (`crashAt`), and what `runWorkflow` throws.
 */
export async function crashEverywhere(
  definition: object,
  { effects = {}, crashAt, ...options }: CrashOptions = {},
): Promise<CrashReport> {
  const plan = planTest(definition, options);
  const { world, run } = await runPlan(plan);
  const points = world.gate.calls.flatMap((call) =>
    (["before", "after"] as const).map((side) => ({ ...call, side, where: describe(run, plan, call) })),
  );
  const chosen = crashAt === undefined ? points : points.filter((point) => formatCrashPoint(point) === crashAt);
  if (crashAt !== undefined && chosen.length === 0) throw neverComesTo(crashAt);
  for (const point of chosen) await crashAtPoint(plan, run, point, effects);
  return { run, crashPoints: chosen.length };
}

async function crashAtPoint(
  plan: TestPlan,
  calm: TestRun,
  point: CrashPoint & { readonly where: string },
  promises: EffectPromises,
): Promise<void> {
  const crashAt = formatCrashPoint(point);
  const problems = await problemsAt({ ...plan, options: { ...plan.options, crashAt } }, calm, promises);
  if (problems.length === 0) return;
  const title = `The process died ${point.side} call ${point.call} of ${point.operation} (${point.where}):`;
  const repeat = `Repeat it with { crashAt: "${crashAt}" }.`;
  throw new RefluxoError(
    "testing.crash-point",
    [title, ...problems.map((problem) => `- ${problem}`), repeat].join("\n"),
  );
}

async function problemsAt(plan: TestPlan, calm: TestRun, promises: EffectPromises): Promise<readonly string[]> {
  try {
    const settled = await runPlan(plan);
    if (settled.world.gate.hasCrashed) return await differencesOf(calm, settled, promises);
    return ["the run never came there: does a service remember earlier runs? Every run must find the same world"];
  } catch (error) {
    return [`the run broke off: ${describeError(error)}`];
  }
}

/** The workflow, version and node that a call is about. */
function describe(run: TestRun, plan: TestPlan, { subject }: PassedCall): string {
  if (subject === undefined) return `around ${plan.main.id}`;
  const { workflowId, version } = subject;
  const workflow = [run, ...run.children].find((candidate) => candidate.workflowId === workflowId);
  const nodeId = workflow?.history.find((entry) => entry.version === version)?.nodeId ?? "the end";
  return `${workflowId}, version ${version}, ${nodeId}`;
}
