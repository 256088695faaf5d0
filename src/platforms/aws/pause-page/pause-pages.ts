import type { PauseView, RefusalCode } from "../../../dispatcher/index.ts";
import { type Html, html } from "./html.ts";
import type { Page } from "./page-response.ts";
import { questionOf, renderDetails } from "./render-details.ts";
import { type FormView, renderForm, renderSummary } from "./render-form.ts";

/** The page of a pause that waits: what is asked, and the form that answers it. */
export function waitingPage(pause: PauseView, view: FormView): Page {
  const { title, details } = questionOf(pause.data);
  const body = html`${renderSummary(view)}${pause.isLeftOut === true && note("The details are too large to be shown here.")}${renderDetails(details)}
${pause.until !== undefined && renderEnd(pause.until)}${renderForm(view)}`;
  return { title, body, hasErrors: (view.problems ?? []).length > 0 };
}

/** What follows an answer that was taken, the first time and every time that it is sent again. */
export const takenPage: Page = {
  title: "Your answer was recorded",
  body: note("Thank you. You can close this page."),
};

const overPages: Readonly<Record<Exclude<PauseView["state"], "waiting">, Page>> = {
  answered: { title: "This was answered already", body: note("There is nothing left to do here.") },
  "timed-out": { title: "The time for an answer is over", body: note("The workflow went on without one.") },
  ended: { title: "No answer is needed any more", body: note("The workflow has ended.") },
  passed: { title: "No answer is needed any more", body: note("The workflow went on without one.") },
};

/** The page of a pause that is over. It says nothing of what was asked or answered. */
export function overPage(state: Exclude<PauseView["state"], "waiting">): Page {
  return overPages[state];
}

/** What a refusal of the dispatcher means to a person. */
export function refusalPage(code: RefusalCode): Page {
  return refusalPages[code];
}

const again = html`<p><a href="">Try again</a></p>`;

const refusalPages: Readonly<Record<RefusalCode, Page>> = {
  forbidden: { title: "This link is not valid", body: note("Check that it is complete.") },
  expired: { title: "This link has expired", body: note("Ask whoever sent it for a new one.") },
  "too-early": {
    title: "Not waiting for an answer yet",
    body: html`${note("It will be in a moment.")}${again}`,
  },
  conflict: { title: "This was answered already", body: note("Another answer was there first; yours was not taken.") },
  "not-found": { title: "There is nothing here any more", body: note("The workflow is no longer kept.") },
  invalid: { title: "This answer cannot be taken", body: again },
  "too-large": { title: "This answer is too large", body: again },
};

/** The page for what went wrong here; `reference` finds the line in the log. */
export function failurePage(statusCode: number, reference: string): Page {
  if (statusCode === 413) return refusalPage("too-large");
  if (statusCode < 500) return refusalPage("invalid");
  const isPassing = statusCode === 503;
  const advice = "If you sent an answer, send it again: it counts once.";
  return {
    title: isPassing ? "Not available at the moment" : "Something went wrong",
    body: html`${note(advice)}${again}<p class="quiet">Reference: ${reference}</p>`,
  };
}

function note(text: string): Html {
  return html`<p>${text}</p>\n`;
}

function renderEnd(epochMs: number): Html {
  const iso = new Date(epochMs).toISOString();
  const text = `${new Date(epochMs).toUTCString().slice(5, 22)} UTC`;
  return html`<p class="quiet">You can answer until <time datetime="${iso}">${text}</time>.</p>\n`;
}
