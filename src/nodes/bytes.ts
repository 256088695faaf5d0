/** Bytes in base64. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** The bytes of a text in base64, or undefined when it is not base64 as `toBase64` writes it. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

/** The text of UTF-8 bytes, or undefined when they are not UTF-8; a byte order mark is taken off. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** How many bytes a text has in UTF-8. */
export function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}
