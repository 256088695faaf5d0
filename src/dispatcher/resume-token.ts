import { createHmac, timingSafeEqual } from "node:crypto";
import type { ResumeKeys } from "../ports/resume-keys.ts";

/**
 * Makes the token that resumes the pause at a version: `<version>.<key id>.<HMAC-SHA-256, base64url>`. It is derived,
 * not stored, so that a node can hand it out before its pause is committed and nothing secret is at rest (DESIGN 4).
 */
export async function makeResumeToken(keys: ResumeKeys, workflowId: string, version: number): Promise<string> {
  const { id, secret } = await keys.current();
  return `${version}.${id}.${sign(secret, workflowId, version).toString("base64url")}`;
}

/** The version of the pause that a token resumes, or undefined when it was not made for this workflow by a known key. */
export async function verifyResumeToken(
  keys: ResumeKeys,
  workflowId: string,
  token: string,
): Promise<number | undefined> {
  const match = /^(0|[1-9]\d{0,14})\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{43})$/.exec(token);
  const [, versionText, keyId, mac] = match ?? [];
  if (versionText === undefined || keyId === undefined || mac === undefined) return undefined;
  const key = await keys.find(keyId);
  if (key === undefined) return undefined;
  const version = Number(versionText);
  const isGenuine = timingSafeEqual(sign(key.secret, workflowId, version), Buffer.from(mac, "base64url"));
  return isGenuine ? version : undefined;
}

function sign(secret: string, workflowId: string, version: number): Buffer {
  return createHmac("sha256", secret).update(`${workflowId}#${version}`).digest();
}
