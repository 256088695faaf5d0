import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Claim, CommitRequest, Continuation, StoredVersion, VersionKey } from "../../ports/workflow-store.ts";
import { type Item, keyOf, numberOf, textOf, ttlOf } from "./dynamodb-items.ts";
import { fromTextAttribute, toTextAttribute } from "./text-attribute.ts";

/** The claim and the transition in a version's item. */
export function fromVersionItem(item: Item): StoredVersion {
  const transition = fromTextAttribute(item["transition"]);
  return {
    version: numberOf(item, "version"),
    ...(item["claimToken"] !== undefined && {
      claim: {
        token: textOf(item, "claimToken"),
        expiresAt: item["claimExpiresAt"] === undefined ? 0 : numberOf(item, "claimExpiresAt"),
        count: item["claimCount"] === undefined ? 0 : numberOf(item, "claimCount"),
      },
    }),
    ...(transition !== undefined && { transition }),
    ...fromContinuation(item),
  };
}

/** The item of a version that is claimed for the first time. */
export function toClaimItem(key: VersionKey, { token, expiresAt, count }: Claim): Record<string, AttributeValue> {
  return {
    ...keyOf(key.workflowId, key.version),
    claimToken: { S: token },
    claimExpiresAt: { N: String(expiresAt) },
    claimCount: { N: String(count) },
    ttl: ttlOf(key),
  };
}

/** The item of a version that its owner commits without a claim of its own. */
export function toContinuedItem(
  key: VersionKey,
  { token, transition, continuation }: Pick<CommitRequest, "token" | "transition" | "continuation">,
): Record<string, AttributeValue> {
  return { ...toVersionItem(key, transition), claimToken: { S: token }, ...toContinuation(continuation) };
}

/** The item of a version that is committed, and no more. */
export function toVersionItem(key: VersionKey, transition: string): Record<string, AttributeValue> {
  return { ...keyOf(key.workflowId, key.version), transition: toTextAttribute(transition), ttl: ttlOf(key) };
}

/** The attributes that say how the owner of a version goes on. */
export function toContinuation({ from, until }: Partial<Continuation> = {}): Record<string, AttributeValue> {
  return {
    ...(from !== undefined && { continuesFrom: { N: String(from) } }),
    ...(until !== undefined && { continuesUntil: { N: String(until) } }),
  };
}

function fromContinuation(item: Item): { readonly continuation?: Continuation } {
  if (item["continuesFrom"] === undefined) return {};
  const until = item["continuesUntil"] === undefined ? {} : { until: numberOf(item, "continuesUntil") };
  return { continuation: { from: numberOf(item, "continuesFrom"), ...until } };
}
