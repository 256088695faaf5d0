import { setTimeout as sleep } from "node:timers/promises";
import { makeResumeToken, resumeUrl } from "../../../dispatcher/index.ts";
import type { ResumeKeys } from "../../../ports/resume-keys.ts";

/** How often, and for how long in all, it is looked whether a workflow waits; ms. */
const glanceMs = 50;
const patienceMs = 3_000;

/** The link to the page of a workflow's pause, as a node might mail it; undefined when it does not wait within 3 s. */
export async function pauseLink(
  workflowId: string,
  client: { get(workflowId: string): Promise<{ readonly status: string; readonly version: number }> },
  keys: ResumeKeys,
  apiUrl: string,
): Promise<string | undefined> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += glanceMs) {
    const { status, version } = await client.get(workflowId);
    if (status === "paused") return resumeUrl(apiUrl, workflowId, await makeResumeToken(keys, workflowId, { version }));
    await sleep(glanceMs);
  }
  return undefined;
}
