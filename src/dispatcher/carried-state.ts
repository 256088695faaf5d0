import { createHmac, timingSafeEqual } from "node:crypto";
import type { CarriedState, StepMessage } from "../contracts/messages.ts";
import type { Head, StoredStart } from "../ports/workflow-store.ts";
import type { DispatcherParts } from "./dependencies.ts";
import { beginFold, foldOn } from "./load-workflow.ts";
import { reviveTransition } from "./transition-codec.ts";
import type { WorkContext } from "./work-context.ts";
import type { WorkflowState } from "./workflow-state.ts";

/** What stands in the first line of a carried text; its transitions are the second, as they are stored. */
interface CarriedStart {
  readonly schemaVersion: 1;
  readonly start: StoredStart;
  readonly head: Head;
}

/**
 * A workflow for the message that its owner sends just after a commit (DESIGN 4, step 1), signed, since other systems may
 * send to the queue too. Undefined when it is too large, or cannot be signed now: then it is read.
 */
export async function carryState(
  { settings, resumeKeys, logger }: Pick<DispatcherParts, "settings" | "resumeKeys" | "logger">,
  { start, head, texts }: WorkflowState,
): Promise<CarriedState | undefined> {
  if (settings.carriedStateBytes === 0 || head === undefined || texts === undefined) return undefined;
  const first: CarriedStart = { schemaVersion: 1, start, head };
  const text = `${JSON.stringify(first)}\n[${texts.join(",")}]`;
  if (Buffer.byteLength(text) > settings.carriedStateBytes) return undefined;
  try {
    const { id, secret } = await resumeKeys.current();
    return { key: id, mac: sign(secret, text).toString("base64url"), text };
  } catch (error) {
    logger.warn("state could not be signed, so it is read anew", { workflowId: start.workflowId }, error);
    return undefined;
  }
}

/**
 * The workflow that a message carries, if it was signed here. It is a hint like any read before a claim: that fails when
 * the version is taken.
 */
export async function readCarried(
  { dependencies }: WorkContext,
  { workflowId, carried }: StepMessage,
): Promise<WorkflowState | undefined> {
  if (carried === undefined || !(await isGenuine(dependencies, carried))) return undefined;
  const end = carried.text.indexOf("\n");
  // The casts are this codec's: only `carryState` makes what is signed so.
  const { schemaVersion, start, head } = JSON.parse(carried.text.slice(0, end)) as CarriedStart;
  if (schemaVersion !== 1 || start.workflowId !== workflowId || start.purgeAt <= dependencies.clock.now())
    return undefined;
  const list = carried.text.slice(end + 1);
  const transitions = (JSON.parse(list) as readonly unknown[]).map(reviveTransition);
  const begun = await beginFold(dependencies, start, head);
  return foldOn(begun, transitions, [list.slice(1, -1)]);
}

/** Whether a key of ours signed it; what cannot be told is not believed, and read instead. */
async function isGenuine(
  { resumeKeys, logger }: Pick<DispatcherParts, "resumeKeys" | "logger">,
  { key: id, mac, text }: CarriedState,
): Promise<boolean> {
  try {
    const key = await resumeKeys.find(id);
    return key !== undefined && timingSafeEqual(sign(key.secret, text), Buffer.from(mac, "base64url"));
  } catch (error) {
    logger.warn("what a message carries could not be verified, so it is read anew", {}, error);
    return false;
  }
}

/** No workflow id has a space, so that nothing which is signed for a resume is taken for this. */
function sign(secret: string, text: string): Buffer {
  return createHmac("sha256", secret).update("carried state\n").update(text).digest();
}
