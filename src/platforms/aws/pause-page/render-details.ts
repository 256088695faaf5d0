import { type Html, html } from "./html.ts";

/** What a pause says of itself, as a page shows it. */
export interface Question {
  readonly title: string;
  readonly details?: unknown;
}

/** What stands elsewhere on the page, or is of use to programs alone. */
const notShown: readonly string[] = ["title", "resume"];

/** The title and the rest of a pause's data; `details` by itself where it is all of the rest. */
export function questionOf(data: unknown): Question {
  if (!isRecord(data)) return { title: defaultTitle, ...(data !== undefined && data !== null && { details: data }) };
  const title = typeof data["title"] === "string" && data["title"].trim() !== "" ? data["title"] : defaultTitle;
  const rest = Object.entries(data).filter(([key]) => !notShown.includes(key));
  const [first] = rest;
  if (first === undefined) return { title };
  return { title, details: rest.length === 1 && first[0] === "details" ? first[1] : Object.fromEntries(rest) };
}

const defaultTitle = "Your answer is needed";

/** Data as a person reads it: text, a table of an object's fields, or JSON. */
export function renderDetails(details: unknown): Html | undefined {
  if (details === undefined) return undefined;
  if (!isRecord(details) || Object.keys(details).length === 0) return renderValue(details);
  const rows = Object.entries(details).map(
    ([name, value]) => html`<tr><th scope="row" dir="auto">${name}</th><td>${renderValue(value)}</td></tr>\n`,
  );
  return html`<table>
<caption>Details</caption>
<tbody>
${rows}</tbody>
</table>`;
}

/** A box that may scroll can be reached by the keyboard. */
function renderValue(value: unknown): Html {
  if (typeof value === "string") return html`<span class="text" dir="auto">${value}</span>`;
  if (typeof value !== "object" || value === null) return html`${JSON.stringify(value)}`;
  return html`<pre tabindex="0" dir="auto">${jsonOf(value)}</pre>`;
}

/** Indented while that is of some use: what nests deeply would grow by a multiple, and Lambda answers at most 6 MB. */
function jsonOf(value: object): string {
  const text = JSON.stringify(value);
  const indented = JSON.stringify(value, undefined, 2);
  return indented.length <= 3 * text.length + 1_000 ? indented : text;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
