import { RefluxoError } from "../../engine/index.ts";

/** Headers that belong to the connection or are made of the request itself (RFC 9110, 7.6.1). */
const refusedNames: readonly string[] = [
  ..."connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding".split(
    " ",
  ),
  ..."upgrade http2-settings host content-length expect accept-encoding".split(" "),
];

/**
 * Headers by lower-case name. Throws a terminal `http.header-refused`, which does not show the value, for a name or value
 * that is not of a header (a line break above all), one of the connection's own, and a name that comes twice.
 */
export function readHeaders(entries: readonly (readonly [name: string, value: string])[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [givenName, value] of entries) {
    const name = givenName.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/.test(name)) throw refused(name, "is not the name of a header");
    if (refusedNames.includes(name)) throw refused(name, "is made of the request and cannot be given");
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) throw refused(name, "has a character that a header cannot have");
    if (headers.has(name)) throw refused(name, "is given twice");
    headers.set(name, value);
  }
  return Object.fromEntries(headers);
}

function refused(name: string, reason: string): RefluxoError {
  return new RefluxoError("http.header-refused", `The header ${JSON.stringify(name.slice(0, 100))} ${reason}`);
}
