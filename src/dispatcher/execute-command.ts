import type { Command, DefinitionsCommand, HistoryCommand } from "../contracts/command.ts";
import { cancelWorkflow } from "./cancel-workflow.ts";
import { endChild, workChildren } from "./children/work-children.ts";
import { dispatchMessage } from "./dispatch-message.ts";
import { eraseWorkflow } from "./erase-workflow.ts";
import { listWorkflows } from "./list-workflows.ts";
import { toMermaid } from "./mermaid.ts";
import { type Outcome, refused } from "./outcome.ts";
import { readHistory } from "./read-history.ts";
import { resumeWorkflow } from "./resume-workflow.ts";
import { retryWorkflow } from "./retry-workflow.ts";
import { showPause } from "./show-pause.ts";
import { startWorkflow } from "./start-workflow.ts";
import { viewWorkflow } from "./view-workflow.ts";
import type { WorkContext } from "./work-context.ts";

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
    case "children":
      return workChildren(work, command);
    case "child-ended":
      return endChild(work, command);
    case "cancel":
      return cancelWorkflow(work, command);
    case "retry":
      return retryWorkflow(work, command);
    case "show-pause":
      return showPause(work, command);
    case "erase":
      return eraseWorkflow(work, command);
    case "get":
      return viewWorkflow(work, command.workflowId);
    case "list":
      return { type: "list", page: await listWorkflows(work.dependencies, command) };
    case "history":
      return getHistory(work, command);
    case "definitions":
      return getDefinitions(work, command);
    case "ignore":
      work.logger.info("event ignored", { reason: command.reason });
      return { type: "settled", why: command.reason };
  }
}

async function getHistory({ dependencies }: WorkContext, command: HistoryCommand): Promise<Outcome> {
  const page = await readHistory(dependencies, command);
  return page === undefined ? refused("not-found", "There is no such workflow") : { type: "history", page };
}

function getDefinitions({ dependencies }: WorkContext, { definitionId }: DefinitionsCommand): Outcome {
  const { definitions } = dependencies;
  if (definitionId === undefined) {
    return { type: "definitions", definitions: definitions.list().map(({ id, hash }) => ({ id, hash })) };
  }
  const found = definitions.current(definitionId);
  if (found === undefined) return refused("not-found", "There is no such definition");
  const { id, hash, workflow: definition } = found;
  return { type: "definition", definition: { id, hash, definition, mermaid: toMermaid(definition) } };
}
