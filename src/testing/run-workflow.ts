import { RefluxoError } from "../engine/index.ts";
import { readRun } from "./read-run.ts";
import type { RunOptions } from "./run-options.ts";
import { planTest, type TestPlan } from "./test-plan.ts";
import { TestWorld } from "./test-world.ts";
import type { TestRun } from "./workflow-run.ts";

/** A run that has come to rest, and the world that it ran in. */
export interface SettledTest {
  readonly world: TestWorld;
  readonly run: TestRun;
}

/**
 * Runs a workflow on the real dispatcher over store, queue and clock in memory, until it has ended or waits for an answer
 * that the script does not have. Simulated time passes where something waits; nothing sleeps. Throws for a definition that
 * is not valid, a name that fits no node, a start that is refused, and a crash point that the run never comes to.
 */
export async function runWorkflow(definition: object, options: RunOptions = {}): Promise<TestRun> {
  const { world, run } = await runPlan(planTest(definition, options));
  if (options.crashAt !== undefined && !world.gate.hasCrashed) throw neverComesTo(options.crashAt);
  return run;
}

/** The same for a plan; throws what a start that is refused says. */
export async function runPlan(plan: TestPlan): Promise<SettledTest> {
  const { input = null, workflowId = `${plan.main.id}-1` } = plan.options;
  const world = new TestWorld(plan);
  const start = { type: "start", schemaVersion: 1, workflowId, definitionId: plan.main.id, input } as const;
  const outcome = await world.execute(start);
  if (outcome.type === "refused")
    throw new RefluxoError("testing.start-refused", `The start is refused: ${outcome.reason}`);
  await world.settle();
  return { world, run: await readRun(world, workflowId) };
}

/** The error of a crash point that is not on the way of a run. */
export function neverComesTo(crashAt: string): RefluxoError {
  return new RefluxoError("testing.no-crash-point", `The run never comes to "${crashAt}"`);
}
