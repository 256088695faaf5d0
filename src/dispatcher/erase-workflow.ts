import type { EraseCommand } from "../contracts/command.ts";
import { eraseTransition, isTerminal } from "../engine/index.ts";
import type { Head, StoredStart, StoredVersion } from "../ports/workflow-store.ts";
import type { DispatcherParts } from "./dependencies.ts";
import { judgeAnew } from "./judge-anew.ts";
import { loadWorkflow } from "./load-workflow.ts";
import { type Outcome, refused } from "./outcome.ts";
import { recordsOf } from "./records-of.ts";
import { encodeTransition } from "./transition-codec.ts";
import type { WorkContext } from "./work-context.ts";
import { placeFor, versionKey, type WorkflowState } from "./workflow-state.ts";

/**
 * Erases a workflow that has ended, its objects included, and leaves that its id is used up, so that late messages find
 * an end and a repeated start no new beginning (I12). A transition of its own takes the version that a retry would need,
 * so that one of them wins. Doing it again finishes what was interrupted.
 */
export function eraseWorkflow(work: WorkContext, { workflowId }: EraseCommand): Promise<Outcome> {
  const { dependencies, logger } = work;
  work.subject.workflowId = workflowId;
  return judgeAnew(async () => {
    const stored = await dependencies.store.load(workflowId);
    if (stored?.start.erasedAt !== undefined) {
      // What was committed last is the erasure itself; no version is deleted.
      const last = stored.versions.at(-1)?.version ?? 0;
      return erase(dependencies, stored.start, last, stored.start.erasedAt);
    }
    const state = await loadWorkflow(dependencies, workflowId);
    if (state === undefined) return refused("not-found", "There is no such workflow");
    const refusal = refusalOf(state, stored?.versions ?? [], dependencies.clock.now());
    if (refusal !== undefined) return refused("conflict", refusal);
    const version = await commitErasure(work, state);
    if (version === undefined) return undefined;
    await eraseChildren(dependencies, state);
    logger.info("workflow is erased", { workflowId, version });
    return erase(dependencies, state.start, version, dependencies.clock.now());
  });
}

/** What stands in the place of each transition of an erased workflow. */
const erasedText = JSON.stringify({ schemaVersion: 1, type: "erase", nodeId: null, status: "completed" });

/** What the pauses of a workflow kept of their children, while its transitions still tell of them. */
async function eraseChildren(dependencies: DispatcherParts, { start, transitions }: WorkflowState): Promise<void> {
  const { eraser } = recordsOf(dependencies);
  for (const [before, { pause }] of transitions.entries()) {
    if (pause?.children === undefined) continue;
    await eraser.eraseChildren({ workflowId: start.workflowId, version: before + 1 }, pause.children.lanes);
  }
}

/** A cancel leaves the claim that it took over on the item of its version; an owner that went on had said so on the one before. */
function refusalOf({ snapshot, transitions }: WorkflowState, versions: readonly StoredVersion[], now: number) {
  if (!isTerminal(snapshot)) return `The workflow has not ended: it is ${snapshot.status}`;
  const cancelledAt = transitions.findLastIndex(({ type }) => type === "cancel");
  const claimedUntil = versions.find(({ version }) => version === cancelledAt)?.claim?.expiresAt ?? 0;
  const heldUntil = versions.find(({ version }) => version === cancelledAt - 1)?.continuation?.until ?? 0;
  const mayRun = Math.max(claimedUntil, heldUntil) > now;
  return mayRun ? "A step of the cancelled workflow may still run: try again in a minute" : undefined;
}

/** The version that the erasure took; undefined when another transition was first. */
async function commitErasure(
  { dependencies, invocation }: WorkContext,
  state: WorkflowState,
): Promise<number | undefined> {
  const { snapshot, transitions } = state;
  if (transitions.at(-1)?.type === "erase") return snapshot.version - 1;
  const { store, clock, random } = dependencies;
  const { by } = invocation;
  const transition = { ...eraseTransition(snapshot), at: clock.now(), ...(by !== undefined && { by }) };
  const { type } = await store.commit(versionKey(state, snapshot.version), {
    token: random.token(),
    transition: await encodeTransition(transition, placeFor(dependencies, state)),
    owner: "anyone",
  });
  return type === "refused" ? undefined : snapshot.version;
}

/** `version` is the one that the erasure took; the head speaks for the next. */
async function erase(
  dependencies: DispatcherParts,
  { tags: _tags, by: _by, ...start }: StoredStart,
  version: number,
  erasedAt: number,
): Promise<Outcome> {
  const { eraser, blobEraser } = recordsOf(dependencies);
  const { workflowId, definitionId, definitionHash, startedAt, purgeAt } = start;
  const head: Head = {
    ...{ workflowId, definitionId, definitionHash, startedAt, purgeAt, erasedAt },
    version: version + 1,
    status: "completed",
    checkIntervalMs: 0,
  };
  await eraser.erase({ ...start, input: "null", erasedAt }, head, erasedText);
  await dependencies.values.erase(blobEraser, workflowId);
  dependencies.folds.forget(workflowId);
  return { type: "erased", workflowId };
}
