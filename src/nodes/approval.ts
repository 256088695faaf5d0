import * as v from "valibot";
import { type Context, lastOutput, type NodeDefinition } from "../engine/index.ts";
import { given } from "./given.ts";

/** What an approval shows to the person who decides. */
export const ApprovalData = v.strictObject({
  title: v.pipe(v.string(), v.minLength(1)),
  /** The node whose last output is shown as `details`. */
  detailsFrom: v.exactOptional(v.string()),
});
export type ApprovalData = v.InferOutput<typeof ApprovalData>;

/** The answer: the payload of the resume. The titles stand on the page that asks for it. */
export const ApprovalDecision = v.strictObject({
  approved: v.pipe(v.boolean("must be true or false"), v.title("Do you approve?")),
  by: v.exactOptional(v.pipe(v.string(), v.maxLength(200, "must be at most 200 characters"), v.title("Your name"))),
  comment: v.exactOptional(
    v.pipe(v.string(), v.maxLength(2_000, "must be at most 2000 characters"), v.title("Comment")),
  ),
});
export type ApprovalDecision = v.InferOutput<typeof ApprovalDecision>;

/** What the pause says: the question, how to answer it, and what was wrong with the last answer. */
export interface ApprovalRequest {
  readonly title: string;
  readonly details?: unknown;
  readonly resume: {
    readonly method: "POST";
    readonly path: string;
    readonly body: { readonly payload: ApprovalDecision };
  };
  readonly problem?: string;
}

/**
 * Waits for a person's decision and leaves by `approved` or `rejected`. A resume of the wrong shape is refused by
 * `externalPayload` and changes nothing; should one come another way, the node pauses again and says in `problem` what was wrong. The resume token stays out of the pause (I16).
 */
export const approval: NodeDefinition<ApprovalData, ApprovalRequest | ApprovalDecision> = {
  metadata: { input: ApprovalData, output: ApprovalDecision, externalPayload: ApprovalDecision },
  handles: ["approved", "rejected"],
  async executor(data, context, externalPayload, _globals, step) {
    const { workflowId, version } = given(step, "step");
    const request = describeRequest(data, context, workflowId);
    // At version 0 the payload is the workflow's own input, not an answer.
    if (externalPayload === undefined || version === 0) return { data: request, __pause: true };
    const decision = v.safeParse(ApprovalDecision, externalPayload);
    if (!decision.success) {
      return { data: { ...request, problem: describeProblem(decision.issues) }, __pause: true };
    }
    return { data: decision.output, nextHandle: decision.output.approved ? "approved" : "rejected" };
  },
};

function describeRequest(data: ApprovalData, context: Context, workflowId: string): ApprovalRequest {
  const details = data.detailsFrom === undefined ? undefined : lastOutput(context, data.detailsFrom);
  return {
    title: data.title,
    ...(details === undefined ? {} : { details }),
    resume: { method: "POST", path: `/workflows/${workflowId}/resume`, body: { payload: { approved: true } } },
  };
}

function describeProblem(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `payload${dotted(v.getDotPath(issue))}: ${issue.message}`).join("; ");
}

function dotted(path: string | null): string {
  return path === null ? "" : `.${path}`;
}
