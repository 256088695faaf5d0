import type { HistoryCommand } from "../contracts/command.ts";
import type { EndReason, Transition } from "../engine/index.ts";
import type { DispatcherParts } from "./dependencies.ts";
import type { HistoryEntry, HistoryPage } from "./outcome.ts";
import { recordsOf } from "./records-of.ts";
import { decodeTransition } from "./transition-codec.ts";

/** How much of a page's entries is shown at once, characters of JSON: Lambda answers at most 6 MB, all escaped. */
const maxPageLength = 2 ** 20;

/**
 * One page of a workflow's transitions, oldest first; large values are shown by reference. Undefined when there is no
 * such workflow.
 */
export async function readHistory(
  parts: DispatcherParts,
  { workflowId, from, limit }: HistoryCommand,
): Promise<HistoryPage | undefined> {
  const { reader } = recordsOf(parts);
  const start = await reader.readStart(workflowId);
  if (start === undefined || start.erasedAt !== undefined || start.purgeAt <= parts.clock.now()) return undefined;
  const versions = await reader.readVersions(workflowId, from, limit + 1);
  const entries: HistoryEntry[] = [];
  let length = 0;
  let next: number | undefined;
  for (const { version, transition } of versions) {
    // Only the last may be uncommitted: a step that runs.
    if (transition === undefined) break;
    length += transition.length;
    if (entries.length === limit || (length > maxPageLength && entries.length > 0)) {
      next = version;
      break;
    }
    entries.push(describe(version, decodeTransition(transition)));
  }
  const { definitionId, startedAt, by } = start;
  return {
    ...{ workflowId, definitionId, startedAt, entries },
    ...(by !== undefined && { startedBy: by }),
    ...(next !== undefined && { next }),
  };
}

function describe(version: number, transition: Transition): HistoryEntry {
  const { type, nodeId, status, result, by, durationMs, retryState, metadata } = transition;
  const output = outputOf(transition);
  const at = transition.at ?? transition.startedAt;
  const { compensation, compensates } = transition;
  const { cancelReason, failedReason }: Partial<EndReason> = compensation ?? {};
  const reason = cancelReason ?? failedReason ?? metadata?.["cancelReason"] ?? metadata?.["failedReason"];
  return {
    ...{ version, type, nodeId, status },
    ...(result !== undefined && { attempt: result.attempt }),
    ...(at !== undefined && { at }),
    ...(durationMs !== undefined && { durationMs }),
    ...(result?.inputDigest !== undefined && { inputDigest: result.inputDigest }),
    ...(output !== undefined && { output }),
    ...(result?.error !== undefined && { error: result.error }),
    ...(result?.errorCode !== undefined && { errorCode: result.errorCode }),
    ...(result?.caught !== undefined && { caught: result.caught }),
    ...(compensation !== undefined && { isUndone: true as const }),
    ...(compensates !== undefined && { compensates }),
    ...(by !== undefined && { by }),
    ...(retryState?.nextRetryAt !== undefined && { nextRetryAt: retryState.nextRetryAt }),
    ...(typeof reason === "string" && { reason }),
  };
}

function outputOf({ type, result, pause, joined, externalPayload }: Transition): unknown {
  if (type === "join") return joined;
  if (result === undefined && (type === "resume" || type === "timer")) return externalPayload;
  if (pause !== undefined) return pause.data;
  return result?.error === undefined ? result?.output : undefined;
}
