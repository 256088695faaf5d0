import * as v from "valibot";
import { DefinitionId, WorkflowId } from "../contracts/ids.ts";
import { type NodeDefinition, RefluxoError } from "../engine/index.ts";
import { assertTolerated } from "./child-plan.ts";
import { given } from "./given.ts";

const start = { definitionId: DefinitionId, input: v.optional(v.unknown(), null) };

/** A workflow to start. `wait`, the default, waits for its end; `detached` does not, and may name the workflow. */
export const SubWorkflowData = v.union([
  v.strictObject({ ...start, mode: v.exactOptional(v.literal("wait")) }),
  v.strictObject({ ...start, mode: v.literal("detached"), workflowId: v.exactOptional(WorkflowId) }),
]);
export type SubWorkflowData = v.InferOutput<typeof SubWorkflowData>;

/** What the pause says. */
interface Waiting {
  readonly definitionId: string;
}

/** The workflow, and what it resulted in when it was waited for. */
export interface SubWorkflowResult {
  readonly workflowId: string;
  readonly output?: unknown;
}

/**
 * Starts another workflow, once. Waits for it and results in its output, or fails with the terminal `children.failed`
 * when it fails; `detached`, results in its id at once, and what becomes of it is its own affair.
 */
export const subWorkflow: NodeDefinition<SubWorkflowData, Waiting | SubWorkflowResult> = {
  metadata: { input: SubWorkflowData },
  async executor(data, _context, _payload, _globals, step) {
    const { joined, collectChildren, startWorkflow } = given(step, "step");
    const { definitionId, input } = data;
    if (data.mode === "detached") {
      const { workflowId } = data;
      const named = workflowId === undefined ? {} : { workflowId };
      return { data: { workflowId: await given(startWorkflow, "step")({ definitionId, input, ...named }) } };
    }
    if (joined === undefined) {
      const children = { starts: [{ definitionId, input }], maxConcurrency: 1, toleratedFailures: 0 };
      return { data: { definitionId }, __pause: true, children };
    }
    assertTolerated(joined);
    const collected = await given(collectChildren, "step")();
    const child = "results" in collected ? collected.results[0] : undefined;
    if (child === undefined) throw new RefluxoError("sub-workflow.no-result", "The child's result is not there");
    const { workflowId, output } = child;
    return { data: { workflowId, ...(output !== undefined && { output }) } };
  },
};
