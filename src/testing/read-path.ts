import type { TestServices } from "./test-services.ts";
import type { PathStep, WorkflowRun } from "./workflow-run.ts";

interface Visit {
  readonly nodeId: string;
  attempts: number;
  handle: string | undefined;
}

/** The visits of a workflow, in order: an attempt after a failure or a pause belongs to the visit before it. */
export function readPath(
  { handles, plan }: Pick<TestServices, "handles" | "plan">,
  { workflowId, definitionId, history }: Pick<WorkflowRun, "workflowId" | "definitionId" | "history">,
): readonly PathStep[] {
  const visits: Visit[] = [];
  let isOpen = false;
  for (const { version, nodeId, status, attempt, type } of history) {
    // All others come from outside.
    const isRun = type === "step" || attempt !== undefined;
    if (nodeId === null || !isRun) continue;
    const last = visits.at(-1);
    const visit = isOpen && last?.nodeId === nodeId ? last : { nodeId, attempts: 1, handle: undefined };
    if (visit !== last) visits.push(visit);
    visit.attempts = Math.max(visit.attempts, attempt ?? 1);
    visit.handle = handles.get(`${workflowId}#${version}`);
    isOpen = status === "error" || status === "paused";
  }
  const edges = plan.written.find(({ id }) => id === definitionId)?.edges ?? [];
  return visits.map(({ nodeId, attempts, handle }, index) => {
    const target = visits[index + 1]?.nodeId;
    // What the engine itself takes, such as `error`, no node tells.
    const [edge, ...others] = edges.filter((candidate) => candidate.source === nodeId && candidate.target === target);
    const taken = handle ?? (others.length === 0 ? edge?.sourceHandle : undefined);
    return { nodeId, attempts, ...(taken !== undefined && { handle: taken }) };
  });
}
