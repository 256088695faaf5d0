import type { Command } from "../contracts/command.ts";
import { cancelWorkflow } from "./cancel-workflow.ts";
import { dispatchMessage } from "./dispatch-message.ts";
import { hydrateView } from "./hydrate.ts";
import { loadWorkflow } from "./load-workflow.ts";
import type { Outcome } from "./outcome.ts";
import { resumeWorkflow } from "./resume-workflow.ts";
import { startWorkflow } from "./start-workflow.ts";
import type { WorkContext } from "./work-context.ts";

/** How much of a workflow's large values its view holds, bytes of JSON: Lambda answers at most 6 MB, all quotes escaped. */
const maxViewBytes = 2 ** 21;

/** Carries out one command. Throws when the platform fails or the command has to come again. */
export async function executeCommand(work: WorkContext, command: Command): Promise<Outcome> {
  switch (command.type) {
    case "start":
      return startWorkflow(work, command);
    case "step":
    case "timer":
      return dispatchMessage(work, command);
    case "resume":
      return resumeWorkflow(work, command);
    case "cancel":
      return cancelWorkflow(work, command);
    case "get":
      return getWorkflow(work, command.workflowId);
    case "ignore":
      work.logger.info("event ignored", { reason: command.reason });
      return { type: "settled", why: command.reason };
  }
}

async function getWorkflow({ dependencies }: WorkContext, workflowId: string): Promise<Outcome> {
  const state = await loadWorkflow(dependencies, workflowId);
  if (state === undefined) return { type: "refused", code: "not-found", reason: "There is no such workflow" };
  const { definitionId, definitionHash, startedAt } = state.start;
  const snapshot = await hydrateView(dependencies.values, state.snapshot, maxViewBytes);
  return { type: "snapshot", workflow: { ...snapshot, definitionId, definitionHash, startedAt } };
}
