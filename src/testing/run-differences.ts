import { brokenPromises, type EffectPromises } from "./effect-promises.ts";
import { maskTimes } from "./mask-times.ts";
import type { SettledTest } from "./run-workflow.ts";
import type { TestRun, WorkflowRun } from "./workflow-run.ts";

/** How much of a value a difference shows, in characters of JSON. */
const maxShown = 400;

/**
 * What a crash changed that it must not change, one line for each: the end and the context of every workflow, timestamps
 * and attempts aside (I14), its versions (I2, I7), objects, dead letters, and the effects as promised.
 */
export async function differencesOf(
  calm: TestRun,
  { world, run }: SettledTest,
  promises: EffectPromises,
): Promise<readonly string[]> {
  const { crashes } = run;
  return [
    ...compareWorkflows(calm, run),
    ...(await brokenVersions(world, run)),
    ...compare("the objects are", calm.objects, run.objects),
    ...compare("the refused answers are", calm.refusals, run.refusals),
    ...compare("the dead letters are", calm.deadLetters, run.deadLetters),
    ...brokenPromises(calm.effects, run.effects, { promises, crashes }),
  ];
}

function compareWorkflows(calm: TestRun, run: TestRun): readonly string[] {
  const others = new Map([run, ...run.children].map((other) => [other.workflowId, other]));
  const missing = [calm, ...calm.children].flatMap((before) => {
    const after = others.get(before.workflowId);
    others.delete(before.workflowId);
    return after === undefined ? [`the workflow ${before.workflowId} was not started`] : compareWorkflow(before, after);
  });
  return [...missing, ...[...others.keys()].map((id) => `the workflow ${id} was started besides`)];
}

function compareWorkflow(calm: WorkflowRun, run: WorkflowRun): readonly string[] {
  const { workflowId } = calm;
  return [
    ...compare(`${workflowId} is`, calm.status, run.status),
    ...compare(`the path of ${workflowId} is`, calm.nodeIds, run.nodeIds),
    ...compare(`${workflowId} failed because of`, calm.failedReason, run.failedReason),
    ...compare(`the undoing of ${workflowId} is`, calm.compensation, run.compensation),
    ...compare(`${workflowId} waits for`, calm.pause, run.pause),
    ...compareResults(calm, run),
  ];
}

/** Node by node, failed attempts aside: an attempt that died with its process left no result. */
function compareResults(calm: WorkflowRun, run: WorkflowRun): readonly string[] {
  const nodeIds = new Set([...Object.keys(calm.results), ...Object.keys(run.results)]);
  const outputsOf = ({ results }: WorkflowRun, nodeId: string) =>
    (results[nodeId] ?? []).filter(({ error }) => error === undefined).map(({ output }) => output);
  return [...nodeIds].flatMap((nodeId) =>
    compare(`the results of ${nodeId} in ${calm.workflowId} are`, outputsOf(calm, nodeId), outputsOf(run, nodeId)),
  );
}

async function brokenVersions({ services }: SettledTest["world"], run: TestRun): Promise<readonly string[]> {
  const broken = services.doubleCommits.map((key) => `I2: ${key} was committed by two owners`);
  for (const { workflowId, version } of [run, ...run.children]) {
    const stored = await services.store.loadFrom(workflowId, 0);
    const committed = stored.filter(({ transition }) => transition !== undefined).map((item) => item.version);
    const expected = Array.from({ length: version }, (_, index) => index);
    broken.push(...compare(`I1: the committed versions of ${workflowId} are`, expected, committed));
  }
  for (const [key, runs] of services.runs) {
    if (runs > 1 + run.crashes) broken.push(`I7: the node of ${key} ran ${runs} times after ${run.crashes} crash(es)`);
  }
  return broken;
}

function shorten(text: string): string {
  return text.length <= maxShown ? text : `${text.slice(0, maxShown)}… (${text.length} characters)`;
}

function compare(what: string, calm: unknown, run: unknown): readonly string[] {
  const [before, after] = [maskTimes(calm), maskTimes(run)];
  return before === after ? [] : [`${what} ${shorten(after)}, and without a crash ${shorten(before)}`];
}
