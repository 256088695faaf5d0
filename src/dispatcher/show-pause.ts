import type { ShowPauseCommand } from "../contracts/command.ts";
import { isTerminal } from "../engine/index.ts";
import { checkResumeToken } from "./check-resume-token.ts";
import { LargeValue } from "./large-value.ts";
import { type Outcome, type PauseState, type PauseView, refused } from "./outcome.ts";
import { UnreadableValueError, type ValueStore } from "./value-store.ts";
import { loadSubject, type WorkContext } from "./work-context.ts";
import type { WorkflowState } from "./workflow-state.ts";

/** The largest data of a pause that is shown, bytes of JSON: as HTML it can take six times as much, and Lambda answers 6 MB. */
const maxShownBytes = 2 ** 19;

/** Shows the pause that a resume token is for to whoever holds the token. It writes nothing. */
export async function showPause(work: WorkContext, { workflowId, token }: ShowPauseCommand): Promise<Outcome> {
  const { dependencies } = work;
  const right = await checkResumeToken(dependencies, workflowId, token);
  if (right.type === "refused") return right;
  const { version, expiresAtS } = right.grant;
  const state = await loadSubject(work, workflowId);
  if (state === undefined) return refused("not-found", "There is no such workflow");
  const found = findPause(state, version);
  if (found === "too-early") return refused("too-early", "The workflow is not paused there yet");
  const schema = state.definition.payloadSchemaOf(found.nodeId);
  const ends = [expiresAtS === undefined ? undefined : expiresAtS * 1000, found.dueAt];
  const until = Math.min(...ends.filter((end) => end !== undefined));
  const pause: PauseView = {
    workflowId,
    version,
    nodeId: found.nodeId,
    state: found.state,
    ...(found.state === "waiting" && (await readData(dependencies.values, found.data))),
    ...(Number.isFinite(until) && { until }),
    ...(schema !== undefined && { schema }),
  };
  return { type: "pause", pause };
}

interface FoundPause {
  readonly state: PauseState;
  readonly nodeId: string | null;
  readonly data?: unknown;
  readonly dueAt?: number | undefined;
}

function findPause({ snapshot, transitions }: WorkflowState, version: number): FoundPause | "too-early" {
  if (version < snapshot.version) {
    const transition = transitions[version];
    return { state: stateAfter(transition?.type), nodeId: transition?.nodeId ?? null };
  }
  const { currentNodeId, pause } = snapshot;
  if (version === snapshot.version && snapshot.status === "paused") {
    return { state: "waiting", nodeId: pause?.nodeId ?? currentNodeId, data: pause?.data, dueAt: pause?.dueAt };
  }
  return isTerminal(snapshot) || snapshot.compensation !== undefined
    ? { state: "ended", nodeId: currentNodeId }
    : "too-early";
}

function stateAfter(type: WorkflowState["transitions"][number]["type"] | undefined): PauseState {
  if (type === "resume") return "answered";
  if (type === "timer") return "timed-out";
  return type === undefined || type === "step" ? "passed" : "ended";
}

async function readData(values: ValueStore, data: unknown): Promise<Pick<PauseView, "data" | "isLeftOut">> {
  if (!(data instanceof LargeValue)) return { data };
  if (data.reference.sizeBytes > maxShownBytes) return { isLeftOut: true };
  try {
    return { data: await values.read(data.reference) };
  } catch (error) {
    if (error instanceof UnreadableValueError) return { isLeftOut: true };
    throw error;
  }
}
