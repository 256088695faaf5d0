import { RefluxoError } from "../../../engine/index.ts";

/**
 * Reads where a request goes; a relative URL counts from `base`. Throws terminal errors that show nothing of it:
 * `http.url-invalid`, and `http.url-refused` for a scheme other than http and https and for a user or password.
 */
export function readTarget(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (url === null || url.hostname === "") throw new RefluxoError("http.url-invalid", "The URL is not valid");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new RefluxoError("http.url-refused", "The URL is neither http: nor https:");
  }
  if (url.username !== "" || url.password !== "") {
    throw new RefluxoError("http.url-refused", "The URL has a user or password, which would be kept and logged");
  }
  url.hash = "";
  return url;
}

/** A URL as an error may show it: without query, at most 200 characters. */
export function showTarget({ origin, pathname }: URL): string {
  return `${origin}${pathname}`.slice(0, 200);
}
