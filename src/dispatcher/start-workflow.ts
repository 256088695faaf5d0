import type { StartCommand } from "../contracts/command.ts";
import type { StoredStart } from "../ports/workflow-store.ts";
import { headFor } from "./head.ts";
import type { Outcome } from "./outcome.ts";
import type { WorkContext } from "./work-context.ts";
import { loadWorkflow } from "./workflow-state.ts";

/**
 * Starts a workflow, once per workflow id (I12): writes its start and head and sends `step 0`. A repeated start
 * answers the same, and sends again only while nothing of the workflow has run.
 */
export async function startWorkflow(work: WorkContext, command: StartCommand): Promise<Outcome> {
  const { store, clock, definitions, settings } = work.dependencies;
  const { workflowId, definitionId } = command;
  const definition = definitions.current(definitionId);
  if (definition === undefined) return refuse("invalid", `There is no definition ${definitionId}`);
  const input = JSON.stringify(command.input);
  const sizeBytes = Buffer.byteLength(input);
  if (sizeBytes > settings.maxPayloadBytes) {
    return refuse("too-large", `The input takes ${sizeBytes} bytes; the limit is ${settings.maxPayloadBytes}`);
  }
  await definitions.keep(definition);
  const now = clock.now();
  const expiresAt = now + definition.longestDurationMs;
  const { isNew, start } = await store.createStart({
    workflowId,
    definitionId,
    definitionHash: definition.hash,
    startedAt: now,
    expiresAt,
    purgeAt: expiresAt + settings.retentionMs,
    input,
  });
  if (!isNew) {
    const conflict = conflictOf(start, definitionId, input, now);
    if (conflict !== undefined) return refuse("conflict", conflict);
  }
  await beginIfUntouched(work, start, isNew);
  return { type: "started", workflowId, isNew };
}

async function beginIfUntouched(work: WorkContext, start: StoredStart, isNew: boolean): Promise<void> {
  const { store, clock, definitions } = work.dependencies;
  const definition = await definitions.resolve(start.definitionId, start.definitionHash);
  const { workflowId } = start;
  const initial = definition.engine.createInitialSnapshot(workflowId, definition.startNodeId);
  await store.writeHead(headFor({ start }, initial, clock.now()));
  if (!isNew) {
    const state = await loadWorkflow(work.dependencies, workflowId);
    if (state !== undefined && (state.snapshot.version > 0 || state.open !== undefined)) return;
  }
  await work.sender.send({ message: { type: "step", schemaVersion: 1, workflowId, version: 0 }, delaySeconds: 0 });
  const fields = { workflowId, version: 0, nodeId: definition.startNodeId, definitionId: start.definitionId };
  work.logger.info("workflow started", fields);
}

function conflictOf(start: StoredStart, definitionId: string, input: string, now: number): string | undefined {
  if (start.purgeAt <= now) return "The workflow id was used before, and its items are still being deleted";
  return start.definitionId === definitionId && start.input === input
    ? undefined
    : "A workflow with this id was started with another definition or input";
}

function refuse(code: "invalid" | "too-large" | "conflict", reason: string): Outcome {
  return { type: "refused", code, reason };
}
