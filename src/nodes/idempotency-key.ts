/**
 * A step's key as a header or a deduplication id can carry it: at most 128 printable ASCII characters without spaces.
 * A key of another form gives way to its SHA-256 in hexadecimal.
 */
export async function idempotencyKeyOf(stepKey: string): Promise<string> {
  if (/^[\x21-\x7e]{1,128}$/.test(stepKey)) return stepKey;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(stepKey));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
