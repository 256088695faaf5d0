import type { HttpEvent } from "../contracts/http-event.ts";

/** A header by its lower-case name, in whatever case it came. */
export function headerOf({ headers }: HttpEvent, name: string): string | undefined {
  const found = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return found?.[1] ?? undefined;
}
