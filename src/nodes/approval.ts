import * as v from "valibot";
import { type Context, lastOutput, type StandardSchemaIssue } from "../engine/index.ts";
import { defineNode } from "./define-node.ts";
import { given } from "./given.ts";

/** What an approval shows to the person who decides. */
export const ApprovalData = v.strictObject({
  title: v.pipe(v.string(), v.minLength(1), v.description("The question that the person sees.")),
  detailsFrom: v.exactOptional(v.pipe(v.string(), v.description("The node whose last output is shown as `details`."))),
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
export const approval = defineNode({
  metadata: {
    description: "Waits for a person's decision; leaves by `approved` or `rejected`.",
    input: ApprovalData,
    output: ApprovalDecision,
    externalPayload: ApprovalDecision,
  },
  handles: ["approved", "rejected"],
  async executor(data, context, decision, _globals, step) {
    if (decision !== undefined) return { data: decision, nextHandle: decision.approved ? "approved" : "rejected" };
    const { workflowId, payloadIssues } = given(step, "step");
    return { data: describeRequest(data, context, workflowId, payloadIssues), __pause: true };
  },
});

function describeRequest(
  data: ApprovalData,
  context: Context,
  workflowId: string,
  issues: readonly StandardSchemaIssue[] | undefined,
): ApprovalRequest {
  const details = data.detailsFrom === undefined ? undefined : lastOutput(context, data.detailsFrom);
  return {
    title: data.title,
    ...(details === undefined ? {} : { details }),
    resume: { method: "POST", path: `/workflows/${workflowId}/resume`, body: { payload: { approved: true } } },
    ...(issues === undefined ? {} : { problem: describeProblem(issues) }),
  };
}

function describeProblem(issues: readonly StandardSchemaIssue[]): string {
  return issues.map(({ path = [], message }) => `${["payload", ...path.map(nameOf)].join(".")}: ${message}`).join("; ");
}

function nameOf(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === "object" ? segment.key : segment);
}
