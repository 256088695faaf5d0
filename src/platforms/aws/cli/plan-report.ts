import type { DeploymentPlan, NeededNode, Obstacle, PlannedGraph } from "../../../dispatcher/index.ts";

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
    ...describeRefusedData(plan),
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

function describeMissingTypes({ missingTypes }: DeploymentPlan): readonly string[] {
  if (missingTypes.length === 0) return [];
  return ["", "MISSING node types, which live workflows need:", ...missingTypes.map(describeNeeded)];
}

function describeRefusedData({ refusedData }: DeploymentPlan): readonly string[] {
  if (refusedData.length === 0) return [];
  const lines = refusedData.map((refused) => `${describeNeeded(refused)}: ${refused.problems.join("; ")}`);
  return ["", "REFUSED data of nodes, which live workflows need:", ...lines];
}

/** With everything that finds it: the whole hash stands in the table's key of the graph. */
function describeNeeded({ definitionId, hash, nodeId, type, workflows }: NeededNode): string {
  return `  ${definitionId} ${hash} node ${nodeId}: type ${type}, ${count(workflows, "live workflow")}`;
}

function describeVerdict({ isSafe, missingTypes, refusedData }: DeploymentPlan): string {
  if (isSafe) return "OK: every live workflow can end by the graph that it started with.";
  const remedies = [
    ...(missingTypes.length > 0 ? ["put these node types back"] : []),
    ...(refusedData.length > 0 ? ["let node types take the refused data again"] : []),
  ];
  if (remedies.length === 0) return "FAILED: live workflows run on graphs that this checkout cannot read.";
  return `FAILED: ${remedies.join(" and ")}, or wait until no live workflow needs them.`;
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
