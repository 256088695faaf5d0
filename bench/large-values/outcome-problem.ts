import { decodeTransition } from "../../src/dispatcher/transition-codec.ts";
import type { StoredWorkflow } from "../../src/ports/workflow-store.ts";
import type { Scenario } from "./scenario.ts";

/** Why a stored workflow is not what its scenario leads to; undefined when it is. */
export function outcomeProblem(stored: StoredWorkflow | undefined, scenario: Scenario): string | undefined {
  if (stored?.head === undefined) return "it is not stored";
  const { status, version } = stored.head;
  const transitions = stored.versions.map(({ transition }) => transition).filter((text) => text !== undefined);
  const last = transitions.at(-1);
  const reason = last === undefined ? undefined : decodeTransition(last).metadata?.["failedReason"];
  if (status !== "completed") return `it is ${status} at version ${version}: ${reason ?? "no reason is stored"}`;
  if (version !== scenario.version || transitions.length !== scenario.version) {
    return `it has completed at version ${version} of ${transitions.length}, not ${scenario.version}`;
  }
  const steps = transitions.filter((text) => decodeTransition(text).type === "step").length;
  return steps === scenario.steps ? undefined : `it took ${steps} steps, not ${scenario.steps}`;
}
