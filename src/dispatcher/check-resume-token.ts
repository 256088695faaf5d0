import type { DispatcherParts } from "./dependencies.ts";
import { type Outcome, refused } from "./outcome.ts";
import { type ResumeGrant, verifyResumeToken } from "./resume-token.ts";

/** Why whoever has no right to resume is refused, whatever the reason: no hint (I16). */
export const forbiddenReason = "The resume token is not valid";

/** What a token gives, or its refusal: `forbidden` when it is not genuine, `expired` when it is and has ended. */
export async function checkResumeToken(
  { resumeKeys, clock }: Pick<DispatcherParts, "resumeKeys" | "clock">,
  workflowId: string,
  token: string,
): Promise<{ readonly type: "granted"; readonly grant: ResumeGrant } | (Outcome & { readonly type: "refused" })> {
  const grant = await verifyResumeToken(resumeKeys, workflowId, token);
  if (grant === undefined) return refused("forbidden", forbiddenReason);
  const hasEnded = grant.expiresAtS !== undefined && grant.expiresAtS * 1000 <= clock.now();
  return hasEnded ? refused("expired", "The resume token has expired") : { type: "granted", grant };
}
