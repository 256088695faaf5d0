import type { DeploymentPlan, Obstacle, PlannedGraph } from "../../../dispatcher/index.ts";

/** How many workflows of one obstacle are named; `--json` names all. */
const namedWorkflows = 3;

/** A plan for people, line by line. */
export function describePlan(plan: DeploymentPlan, tableName: string): readonly string[] {
  const { graphs, workflows } = plan;
  const title = `${tableName}: ${count(workflows, "live workflow")} on ${count(graphs.length, "graph")}.`;
  return [
    title,
    ...(graphs.length === 0 ? [] : ["", ...describeTable(graphs)]),
    ...graphs.flatMap(describeObstacles),
    ...describeMissingTypes(plan),
    "",
    describeVerdict(plan),
  ];
}

function describeTable(graphs: readonly PlannedGraph[]): readonly string[] {
  const header = ["definition", "hash", "live", "plan", "could", "cannot"];
  const rows = graphs.map(({ definitionId, hash, workflows, verdict, couldMove, cannotMove }) => {
    const moves = verdict === "unaffected" ? ["-", "-"] : [String(couldMove), String(cannotMove)];
    return [definitionId, shortened(hash), String(workflows), verdict, ...moves];
  });
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function describeObstacles({ definitionId, hash, obstacles }: PlannedGraph): readonly string[] {
  if (obstacles.length === 0) return [];
  const lines = obstacles.map(
    (obstacle) =>
      `  ${describeObstacle(obstacle)}: ${count(obstacle.workflowIds.length, "workflow")} (${nameSome(obstacle.workflowIds)})`,
  );
  return ["", `${definitionId} ${shortened(hash)} cannot move:`, ...lines];
}

function describeObstacle(obstacle: Obstacle): string {
  switch (obstacle.type) {
    case "definition-gone":
      return "the definition is gone";
    case "graph-unreadable":
      return `its graph cannot be read (${obstacle.problem})`;
    case "node-gone":
      return `node ${obstacle.nodeId} is gone`;
    case "node-retyped":
      return `node ${obstacle.nodeId} has another type: ${obstacle.checkoutType}, not ${obstacle.nodeType}`;
    case "data-reshaped":
      return `node ${obstacle.nodeId} (${obstacle.nodeType}) has data of another shape`;
  }
}

/** With everything that finds them: the whole hash stands in the table's key of the graph. */
function describeMissingTypes({ missingTypes }: DeploymentPlan): readonly string[] {
  if (missingTypes.length === 0) return [];
  const lines = missingTypes.map(
    ({ definitionId, hash, nodeId, type, workflows }) =>
      `  ${definitionId} ${hash} node ${nodeId}: type ${type}, ${count(workflows, "live workflow")}`,
  );
  return ["", "MISSING node types, which live workflows need:", ...lines];
}

function describeVerdict({ isSafe, missingTypes }: DeploymentPlan): string {
  if (isSafe) return "OK: every live workflow can end by the graph that it started with.";
  return missingTypes.length > 0
    ? "FAILED: put these node types back, or wait until no live workflow needs them."
    : "FAILED: live workflows run on graphs that this checkout cannot read.";
}

function shortened(hash: string): string {
  return hash.slice(0, 12);
}

function nameSome(ids: readonly string[]): string {
  const named = ids.slice(0, namedWorkflows).join(", ");
  return ids.length > namedWorkflows ? `${named} and ${ids.length - namedWorkflows} more` : named;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
