import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../src/engine/index.ts";
import type { StoredWorkflow } from "../../src/ports/workflow-store.ts";
import { checkWorkflow } from "./check-workflow.ts";
import { referenceRun } from "./reference-run.ts";
import { planWorkflow } from "./workload.ts";

const planned = {
  ...planWorkflow(1, 0),
  definitionId: "soak-chain",
  order: { isLarge: false, items: 1, timerMs: 0, workMs: 0, failures: { pick: 1 }, isDeclined: false },
};
const { workflowId, definitionId } = planned;
const nodes = ["pick", "pick", "pack", "weigh", "label", "load", "notify"];

/** What a run without faults yields, version by version. */
const outputs = nodes.map((nodeId, seen) => ({
  nodeId,
  seen,
  ...(nodeId === "weigh" && { scan: "0123456789".repeat(2_000) }),
  ...(seen > 3 && { scanLength: 20_000 }),
}));
const complete = async (snapshot: Snapshot) => snapshot;

/** The items of a chain whose first node failed once, as a run without faults leaves them. */
function storedChain(change: (transition: Record<string, unknown>, version: number) => object = (it) => it) {
  const versions = nodes.map((nodeId, version) => {
    const isFailure = version === 0;
    const startedAt = 1_000 + version * 1_000;
    const transition = {
      schemaVersion: 1,
      type: "step",
      nodeId,
      status: isFailure ? "error" : version === 6 ? "completed" : "active",
      currentNodeId: nodes[version + 1] ?? null,
      result: isFailure
        ? { output: null, error: "Error: Failure 1 of pick", timestamp: 5, attempt: 1 }
        : { output: outputs[version], timestamp: 5, attempt: 1 },
      ...(isFailure && { retryState: { nodeId, attempts: 1, nextRetryAt: 1_900 } }),
      startedAt,
      durationMs: 10,
    };
    const claim = { token: "t", expiresAt: 0, count: 1 };
    return { version, claim, transition: JSON.stringify(change(transition, version)) };
  });
  const common = { workflowId, definitionId, definitionHash: "h", startedAt: 900, purgeAt: 9e12 };
  return {
    start: { ...common, expiresAt: 9e12, input: JSON.stringify(planned.order) },
    head: { ...common, version: 7, status: "completed", checkIntervalMs: 0 },
    versions,
  } satisfies StoredWorkflow;
}

async function violationsOf(stored: StoredWorkflow | undefined): Promise<readonly string[]> {
  return (await checkWorkflow(planned, stored, await referenceRun(planned), complete)).violations;
}

describe("the table's judge", () => {
  test("finds nothing in what a run without faults leaves, and measures its longest rest", async () => {
    const found = await checkWorkflow(planned, storedChain(), await referenceRun(planned), complete);
    expect(found).toMatchObject({ violations: [], longestRestMs: 990 });
    expect(found.versions.get(`${workflowId}#6`)).toMatchObject({ claimCount: 1, isStep: true });
  });

  test("reports a workflow that was never stored (I5)", async () => {
    expect(await violationsOf(undefined)).toEqual([`I5: ${workflowId} is not in the table`]);
  });

  test("reports a workflow that has not ended (I1, I14)", async () => {
    const stored = storedChain();
    const found = await violationsOf({
      ...stored,
      versions: stored.versions.map((item) => (item.version === 6 ? { version: 6, claim: item.claim } : item)),
    });
    expect(found.join()).toMatch(/I1: .*I14: .*active, at rest.*I5: the head/);
  });

  test("reports a result that a run without faults does not have (I14)", async () => {
    const stored = storedChain((it, version) =>
      version === 2 ? { ...it, result: { output: 7, timestamp: 1, attempt: 1 } } : it,
    );
    expect((await violationsOf(stored)).join()).toContain(`I14: ${workflowId}`);
  });

  test("takes another attempt and another time for the same result", async () => {
    const later = storedChain((it, version) =>
      version === 2 ? { ...it, result: { output: { nodeId: "pack", seen: 2 }, timestamp: 77, attempt: 3 } } : it,
    );
    expect(await violationsOf(later)).toEqual([]);
  });

  test("reports a retry that ran before it was due (I9)", async () => {
    const early = storedChain((it, version) => (version === 1 ? { ...it, startedAt: 1_899 } : it));
    expect(await violationsOf(early)).toEqual([`I9: ${workflowId}#1 ran before it was due`]);
  });
});
