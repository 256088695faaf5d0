import { createHmac, timingSafeEqual } from "node:crypto";
import { RefluxoError, type ResumeTokenOptions } from "../engine/index.ts";
import type { ResumeKeys } from "../ports/resume-keys.ts";

/** 12 digits: some 30,000 years. */
const maxEndS = 999_999_999_999;

/** What a resume token is for. */
export interface ResumeGrant {
  /** The version of the pause that it resumes. */
  readonly version: number;
  /** Epoch s at which it ends; absent when it does not end by itself. */
  readonly expiresAtS?: number;
}

/**
 * What a token is for that a node asks for now (epoch ms). Its end is rounded up to a second. Throws a terminal
 * `step.expiry-invalid` for a time that is not above 0, or not a time.
 */
export function grantFor(version: number, { expiresInMs }: ResumeTokenOptions = {}, now: number): ResumeGrant {
  if (expiresInMs === undefined) return { version };
  const expiresAtS = Math.ceil((now + expiresInMs) / 1000);
  if (expiresInMs > 0 && expiresAtS <= maxEndS) return { version, expiresAtS };
  throw new RefluxoError("step.expiry-invalid", "expiresInMs must be a number of milliseconds above 0");
}

/**
 * Makes the token that resumes a pause: `<version>.<key id>.<HMAC-SHA-256, base64url>`, or with an end
 * `<version>.<key id>.<epoch s>.<HMAC>`. It is derived, not stored, so that a node can hand it out before its pause is
 * committed and nothing secret is at rest (DESIGN 4).
 */
export async function makeResumeToken(keys: ResumeKeys, workflowId: string, grant: ResumeGrant): Promise<string> {
  const { id, secret } = await keys.current();
  const end = grant.expiresAtS === undefined ? [] : [grant.expiresAtS];
  return [grant.version, id, ...end, sign(secret, workflowId, grant).toString("base64url")].join(".");
}

/** What a token is for, or undefined when it was not made for this workflow by a known key. Whether it has ended is not looked at. */
export async function verifyResumeToken(
  keys: ResumeKeys,
  workflowId: string,
  token: string,
): Promise<ResumeGrant | undefined> {
  const match = /^(0|[1-9]\d{0,14})\.([A-Za-z0-9_-]{1,64})\.(?:([1-9]\d{0,11})\.)?([A-Za-z0-9_-]{43})$/.exec(token);
  const [, versionText, keyId, endText, mac] = match ?? [];
  if (versionText === undefined || keyId === undefined || mac === undefined) return undefined;
  const key = await keys.find(keyId);
  if (key === undefined) return undefined;
  const grant = { version: Number(versionText), ...(endText !== undefined && { expiresAtS: Number(endText) }) };
  const isGenuine = timingSafeEqual(sign(key.secret, workflowId, grant), Buffer.from(mac, "base64url"));
  return isGenuine ? grant : undefined;
}

/** A workflow's id has no `#`, so that no two grants are signed alike. */
function sign(secret: string, workflowId: string, { version, expiresAtS }: ResumeGrant): Buffer {
  const end = expiresAtS === undefined ? "" : `#${expiresAtS}`;
  return createHmac("sha256", secret).update(`${workflowId}#${version}${end}`).digest();
}
