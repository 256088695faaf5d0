import { DefinitionCatalog } from "../../src/dispatcher/index.ts";
import { assumedLatencies } from "./latencies.ts";
import { deployments } from "./quotas.ts";
import { createScaleNodes, scaleWorkflow } from "./scale-workflow.ts";
import { ScaleWorld } from "./scale-world.ts";

/** What one run of the sweeper gets done. */
export interface SweeperThroughput {
  /** Workflows that it looked at, all of them due. */
  readonly checked: number;
  readonly sent: number;
  readonly durationMs: number;
}

const dayMs = 24 * 3600 * 1000;

/**
 * One run of the sweeper, at its real size, over more due workflows than it can look at: of which nothing has to be sent, since
 * somebody has them, or the message of each, since it was lost.
 */
export async function measureSweeper(kind: "quiet" | "lost", due: number, seed = 1): Promise<SweeperThroughput> {
  const world = new ScaleWorld({
    ...{
      seed,
      scale: 1,
      quotas: { ...deployments["raised quotas"], dispatchers: 0 },
      latencies: assumedLatencies,
      stepsPerInvocation: 1,
    },
    onStep: () => undefined,
  });
  const { clock, store } = world;
  const catalog = new DefinitionCatalog(store, [scaleWorkflow], { nodeDefinitions: createScaleNodes(async () => {}) });
  const [definition] = catalog.list();
  if (definition === undefined) throw new Error("The catalog is empty");
  await catalog.keep(definition);
  const beganAt = clock.now();
  const [purgeAt, expiresAt] = [beganAt + 60 * dayMs, beganAt + 30 * dayMs];
  for (let index = 0; index < due; index += 1) {
    const identity = {
      workflowId: `workflow-${index}`,
      definitionId: scaleWorkflow.id,
      definitionHash: definition.hash,
      startedAt: beganAt - 300_000,
      purgeAt,
    };
    await store.createStart({ ...identity, expiresAt, input: "null" });
    await store.writeHead({ ...identity, version: 0, status: "active", checkAt: beganAt, checkIntervalMs: 300_000 });
    if (kind === "quiet") {
      const claim = { token: "somebody", now: beganAt, expiresAt: beganAt + dayMs };
      await store.claim({ workflowId: identity.workflowId, version: 0, purgeAt }, claim);
    }
  }
  let report: Awaited<ReturnType<typeof world.sweep>> | undefined;
  void world.sweep(world.createSweeper()).then((done) => {
    report = done;
  });
  for (;;) {
    await new Promise(setImmediate);
    if (report !== undefined) break;
    clock.advanceTo(beganAt + 60_000, () => true);
  }
  const { quiet, sent } = report;
  return { checked: quiet + sent, sent, durationMs: clock.now() - beganAt };
}
