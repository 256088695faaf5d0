import type { ParentLink, StartCommand } from "../contracts/command.ts";
import type { StoredStart } from "../ports/workflow-store.ts";
import { readGiven } from "./given-value.ts";
import { headFor } from "./head.ts";
import { loadWorkflow } from "./load-workflow.ts";
import type { Outcome } from "./outcome.ts";
import { tagsOf } from "./tags-of.ts";
import { isStoredAs } from "./value-store.ts";
import type { WorkContext } from "./work-context.ts";

const erasedBefore = "A workflow with this id was started and deleted";

/**
 * Starts a workflow, once per workflow id (I12): writes its start and head and sends `step 0`. A repeated start
 * answers the same, and sends again only while nothing of the workflow was claimed. `mayBegin` is asked between its
 * start and its first step.
 */
export async function startWorkflow(
  work: WorkContext,
  command: StartCommand,
  mayBegin: () => Promise<boolean> = async () => true,
): Promise<Outcome> {
  const { store, clock, definitions, settings, values } = work.dependencies;
  const { workflowId, definitionId, parent } = command;
  const definition = definitions.current(definitionId);
  if (definition === undefined) return refuse("invalid", `There is no definition ${definitionId}`);
  const given = await readGiven(work, {
    name: "input",
    value: command.input,
    object: command.inputObject,
  });
  if (given.type !== "value") return given;
  const { text: input } = given;
  const tagged = tagsOf(definition.workflow, given.value);
  if (tagged.type === "invalid") return refuse("invalid", tagged.reason);
  const { by } = work.invocation;
  if (await wouldLeaveObject(work, workflowId, input)) return refuse("conflict", erasedBefore);
  await definitions.keep(definition);
  const now = clock.now();
  const expiresAt = now + definition.longestDurationMs;
  const purgeAt = expiresAt + settings.retentionMs;
  const { isNew, start } = await store.createStart({
    workflowId,
    definitionId,
    definitionHash: definition.hash,
    startedAt: now,
    expiresAt,
    purgeAt,
    input: await values.place(input, { workflowId, purgeAt }, now),
    ...(tagged.tags !== undefined && { tags: tagged.tags }),
    ...(by !== undefined && { by }),
    ...(parent !== undefined && { parent }),
  });
  if (!isNew) {
    const conflict = conflictOf(start, { definitionId, parent, input }, now);
    if (conflict !== undefined) return refuse("conflict", conflict);
  }
  await beginIfUntouched(work, start, isNew, mayBegin);
  return { type: "started", workflowId, isNew };
}

async function beginIfUntouched(
  work: WorkContext,
  start: StoredStart,
  isNew: boolean,
  mayBegin: () => Promise<boolean>,
): Promise<void> {
  const { store, clock, definitions } = work.dependencies;
  const definition = await definitions.resolve(start.definitionId, start.definitionHash);
  const { workflowId } = start;
  const initial = definition.engine.createInitialSnapshot(workflowId, definition.startNodeId);
  await store.writeHead(headFor({ start }, initial, clock.now()));
  if (!isNew) {
    const state = await loadWorkflow(work.dependencies, workflowId);
    if (state !== undefined && (state.snapshot.version > 0 || state.open !== undefined)) return;
  }
  if (!(await mayBegin())) return;
  await work.sender.send({ message: { type: "step", schemaVersion: 1, workflowId, version: 0 }, delaySeconds: 0 });
  const fields = { workflowId, version: 0, nodeId: definition.startNodeId, definitionId: start.definitionId };
  work.logger.info("workflow started", { ...fields, parentId: start.parent?.workflowId });
}

/** A large input is written before its start is refused, so that what was deleted would be there again. */
async function wouldLeaveObject({ dependencies }: WorkContext, workflowId: string, input: string): Promise<boolean> {
  if (Buffer.byteLength(input) <= dependencies.settings.inlineValueBytes) return false;
  return (await dependencies.store.load(workflowId))?.start.erasedAt !== undefined;
}

function conflictOf(
  start: StoredStart,
  {
    definitionId,
    parent,
    input,
  }: Pick<StoredStart, "definitionId"> & {
    readonly parent: ParentLink | undefined;
    readonly input: string;
  },
  now: number,
): string | undefined {
  if (start.erasedAt !== undefined) return erasedBefore;
  if (start.purgeAt <= now) return "The workflow id was used before, and its items are still being deleted";
  const isSame = start.definitionId === definitionId && isSameParent(start.parent, parent);
  return isSame && isStoredAs(start.input, input)
    ? undefined
    : "A workflow with this id was started with another definition or input";
}

function isSameParent(a: ParentLink | undefined, b: ParentLink | undefined): boolean {
  return a?.workflowId === b?.workflowId && a?.version === b?.version && a?.index === b?.index;
}

function refuse(code: "invalid" | "conflict", reason: string): Outcome {
  return { type: "refused", code, reason };
}
