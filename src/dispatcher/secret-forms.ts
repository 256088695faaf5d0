/**
 * The texts by which a secret may stand in another text: as it is, JSON-escaped once and twice, url-encoded, and in
 * base64 wherever in the encoded bytes it begins. Each only once.
 */
export function formsOf(secret: string): readonly string[] {
  const escaped = escapeJson(secret);
  const inUrls = [encodeURIComponent(secret.toWellFormed()), String(new URLSearchParams([[secret, ""]])).slice(0, -1)];
  return [
    ...new Set([
      secret,
      escaped,
      escapeJson(escaped),
      ...inUrls,
      ...inUrls.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
      ...base64Forms(secret),
    ]),
  ];
}

function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * Three base64 characters hold bits of the bytes before, and as many of those after: which ones depends on how many
 * bytes stand before, by threes. What is left is the secret's alone.
 */
function base64Forms(secret: string): readonly string[] {
  return [0, 1, 2].flatMap((bytesBefore) => {
    const bytes = Buffer.concat([Buffer.alloc(bytesBefore), Buffer.from(secret)]);
    const [from, to] = [Math.ceil((bytesBefore * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    return (["base64", "base64url"] as const).map((encoding) => bytes.toString(encoding).slice(from, to));
  });
}
