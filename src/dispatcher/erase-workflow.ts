import type { EraseCommand } from "../contracts/command.ts";
import { eraseTransition, isTerminal } from "../engine/index.ts";
import type { Head, StoredStart } from "../ports/workflow-store.ts";
import type { DispatcherParts } from "./dependencies.ts";
import { judgeAnew } from "./judge-anew.ts";
import { loadWorkflow } from "./load-workflow.ts";
import { type Outcome, refused } from "./outcome.ts";
import { recordsOf } from "./records-of.ts";
import { encodeTransition } from "./transition-codec.ts";
import type { WorkContext } from "./work-context.ts";
import { placeFor, versionKey } from "./workflow-state.ts";

/**
 * Erases a workflow that has ended, its objects included, and leaves that its id is used up, so that late messages find
 * an end and a repeated start no new beginning (I12). A transition of its own takes the version that a retry would need,
 * so that one of them wins. Doing it again finishes what was interrupted.
 */
export function eraseWorkflow(work: WorkContext, { workflowId }: EraseCommand): Promise<Outcome> {
  const { dependencies, logger, invocation } = work;
  work.subject.workflowId = workflowId;
  return judgeAnew(async () => {
    const begun = await dependencies.store.load(workflowId);
    if (begun?.start.erasedAt !== undefined) {
      return erase(dependencies, begun.start, begun.head?.version ?? 0, begun.start.erasedAt);
    }
    const state = await loadWorkflow(dependencies, workflowId);
    if (state === undefined) return refused("not-found", "There is no such workflow");
    const { snapshot, start, transitions } = state;
    if (!isTerminal(snapshot)) return refused("conflict", `The workflow has not ended: it is ${snapshot.status}`);
    const now = dependencies.clock.now();
    if (transitions.at(-1)?.type !== "erase") {
      const { by } = invocation;
      const transition = { ...eraseTransition(snapshot), at: now, ...(by !== undefined && { by }) };
      const { type } = await dependencies.store.commit(versionKey(state, snapshot.version), {
        token: dependencies.random.token(),
        transition: await encodeTransition(transition, placeFor(dependencies, state)),
        owner: "anyone",
      });
      if (type === "refused") return undefined;
    }
    logger.info("workflow is erased", { workflowId, version: snapshot.version });
    return erase(dependencies, start, snapshot.version + 1, now);
  });
}

async function erase(
  dependencies: DispatcherParts,
  { tags: _tags, by: _by, ...start }: StoredStart,
  version: number,
  erasedAt: number,
): Promise<Outcome> {
  const { eraser, blobEraser } = recordsOf(dependencies);
  const { workflowId, definitionId, definitionHash, startedAt, purgeAt } = start;
  const head: Head = {
    ...{ workflowId, definitionId, definitionHash, startedAt, purgeAt, version, erasedAt },
    status: "completed",
    checkIntervalMs: 0,
  };
  await eraser.erase({ ...start, input: "null", erasedAt }, head);
  await dependencies.values.erase(blobEraser, workflowId);
  dependencies.folds.forget(workflowId);
  return { type: "erased", workflowId };
}
