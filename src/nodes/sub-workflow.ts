import * as v from "valibot";
import { WorkflowId } from "../contracts/ids.ts";
import { RefluxoError } from "../engine/index.ts";
import { assertTolerated, childStart } from "./child-plan.ts";
import { defineNode } from "./define-node.ts";
import { given } from "./given.ts";

/** The field that tells the two kinds apart. */
const modeOf = <const TMode extends string>(mode: TMode) =>
  v.pipe(v.literal(mode), v.description("`wait`, the default, waits for its end; `detached` does not."));

/** A workflow to start. `wait`, the default, waits for its end; `detached` does not, and may name the workflow. */
export const SubWorkflowData = v.union(
  [
    v.strictObject({ ...childStart, mode: v.exactOptional(modeOf("wait")) }),
    v.strictObject({
      ...childStart,
      mode: modeOf("detached"),
      workflowId: v.exactOptional(v.pipe(WorkflowId, v.description("Its id; made of the step's key when absent."))),
    }),
  ],
  "must have definitionId, and besides input and mode (wait or detached) nothing but, if detached, workflowId",
);
export type SubWorkflowData = v.InferOutput<typeof SubWorkflowData>;

/** The workflow, and what it resulted in when it was waited for. */
export const SubWorkflowResult = v.strictObject({ workflowId: v.string(), output: v.exactOptional(v.unknown()) });
export type SubWorkflowResult = v.InferOutput<typeof SubWorkflowResult>;

/**
 * Starts another workflow, once. Waits for it and results in its output, or fails with the terminal `children.failed`
 * when it fails; `detached`, results in its id at once, and what becomes of it is its own affair.
 */
export const subWorkflow = defineNode({
  metadata: {
    description: "Runs another workflow, and waits for it or not.",
    input: SubWorkflowData,
    output: SubWorkflowResult,
  },
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
});
