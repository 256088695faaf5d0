/** Texts that are secrets by their looks alone. */
const patterns: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: "an AWS access key", pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { kind: "a private key", pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/ },
  { kind: "a bearer token", pattern: /\bBearer\s+[A-Za-z0-9._~+/-]{16,}=*/i },
  { kind: "a JSON Web Token", pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}/ },
  {
    kind: "an access token of a service",
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|xox[abpr]-[A-Za-z0-9-]{10,}|[rs]k_live_[A-Za-z0-9]{16,})/,
  },
  { kind: "a password in a URL", pattern: /[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/:@{]+@/i },
];

/** Names under which secrets are kept. */
const secretKey = /(?:password|passwd|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?)$/i;

const reference = /^(?:ssm|secretsmanager):/;

/** The least randomness, in bits for each character, that a word of a language hardly has at eight characters. */
const leastEntropy = 2.5;

/**
 * What kind of secret a text looks like, under the name that it stands under; undefined when it does not. References
 * (`ssm:`, `secretsmanager:`) are none, and an expression is one only by its looks.
 */
export function looksSecret(text: string, key: string): string | undefined {
  const byLooks = patterns.find(({ pattern }) => pattern.test(text))?.kind;
  if (byLooks !== undefined) return byLooks;
  if (!secretKey.test(key) || reference.test(text) || text.includes("{%")) return undefined;
  const isRandom = text.length >= 8 && !/\s/.test(text) && entropyOf(text) >= leastEntropy;
  return isRandom ? `a secret under '${key}'` : undefined;
}

/** Shannon's entropy, bits for each character. */
function entropyOf(text: string): number {
  const counts = Map.groupBy(text, (character) => character);
  return [...counts.values()].reduce(
    (sum, { length }) => sum - (length / text.length) * Math.log2(length / text.length),
    0,
  );
}
