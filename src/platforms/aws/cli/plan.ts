import {
  type DeploymentPlan,
  type LiveProgress,
  planDeployment,
  readLiveWorkflows,
} from "../../../dispatcher/index.ts";
import type { Application } from "../aws-platform.ts";
import { createCatalog } from "../create-catalog.ts";
import { DynamoDBLiveWorkflowReader } from "../dynamodb-live-workflow-reader.ts";
import { DynamoDBWorkflowReader } from "../dynamodb-workflow-reader.ts";
import { DynamoDBWorkflowStore } from "../dynamodb-workflow-store.ts";
import { systemClock, systemRandom } from "../system-clock.ts";
import { type PlanOptions, parsePlanOptions, planUsage } from "./plan-options.ts";
import { describePlan } from "./plan-report.ts";
import { openDeployedTable, type PlanTable } from "./plan-table.ts";
import { type Output, reasonOf } from "./redrive.ts";

/** What the command is about, and how it reaches the stack that `npm start` runs. */
export interface PlanParts {
  /** The checkout's workflows and node types; may throw, as a registry that is not valid does. */
  loadApplication(): Promise<Pick<Application, "workflows" | "nodeDefinitions">>;
  openLocalTable(): Promise<PlanTable>;
}

/** After how many workflows one is told how far the sweep is. */
const workflowsPerLine = 1_000;

/**
 * Runs the command line; returns the exit code: 0 every live workflow can go on, 1 one cannot, 2 misused, or the plan
 * could not be made.
 */
export async function runPlan(args: readonly string[], output: Output, parts: PlanParts): Promise<0 | 1 | 2> {
  const options = readOptions(args, output);
  if (options === undefined) return 2;
  try {
    const application = await parts.loadApplication();
    const { target } = options;
    const table = await (target.type === "local" ? parts.openLocalTable() : openDeployedTable(target, options));
    const plan = await makePlan(table, application, output).finally(() => table.close());
    const { tableName } = table;
    if (options.isJson) output.print(JSON.stringify({ tableName, ...plan }, undefined, 2));
    else for (const line of describePlan(plan, tableName)) output.print(line);
    return plan.isSafe ? 0 : 1;
  } catch (error) {
    output.printError(reasonOf(error));
    return 2;
  }
}

function readOptions(args: readonly string[], { printError }: Output): PlanOptions | undefined {
  try {
    return parsePlanOptions(args);
  } catch (error) {
    printError(`${reasonOf(error)}\n\n${planUsage}`);
    return undefined;
  }
}

async function makePlan(
  { client, tableName }: PlanTable,
  application: Pick<Application, "workflows" | "nodeDefinitions">,
  { printError }: Output,
): Promise<DeploymentPlan> {
  const store = new DynamoDBWorkflowStore(client, tableName);
  const definitions = createCatalog({ ...application, bindings: { objectCreated: [], schedules: [] } }, store, {
    clock: systemClock,
    random: systemRandom,
  });
  const found = await readLiveWorkflows({
    live: new DynamoDBLiveWorkflowReader(client, tableName),
    reader: new DynamoDBWorkflowReader(client, tableName),
    definitions,
    now: systemClock.now(),
    onProgress: (progress) => tellProgress(progress, printError),
  });
  const { nodeDefinitions } = application;
  return planDeployment({ checkout: definitions.list(), nodeDefinitions, ...found });
}

function tellProgress({ type, done, total }: LiveProgress, printError: Output["printError"]): void {
  if (done < total && done % workflowsPerLine !== 0) return;
  printError(`${done} of ${total} ${type === "heads" ? "live workflows found" : "current nodes read"}`);
}
