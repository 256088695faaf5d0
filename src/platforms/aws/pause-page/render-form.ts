import type { FieldProblem, FormValues } from "./decode-form.ts";
import type { Form, FormField } from "./form-fields.ts";
import { type Html, html } from "./html.ts";

/** A string above this many characters gets several lines. */
const maxLineLength = 255;

/** A form as it is to be shown: with what was sent and what is wrong with it, the second time. */
export interface FormView {
  readonly form: Form;
  readonly values?: FormValues;
  readonly problems?: readonly FieldProblem[];
}

/** One field in its place; ids are numbered, since names are data. */
interface Slot {
  readonly field: FormField;
  readonly id: string;
  readonly value: string;
  readonly problems: readonly string[];
}

/** The form, which posts to the page's own URL. */
export function renderForm(view: FormView): Html {
  return html`<form method="post" action="" accept-charset="utf-8">
${slotsOf(view).map(renderField)}<button type="submit">Send answer</button>
</form>`;
}

/** What is wrong, each with a link that leads to its field; nothing when nothing is. The page opens at it. */
export function renderSummary(view: FormView): Html | undefined {
  const { problems = [] } = view;
  if (problems.length === 0) return undefined;
  const slots = slotsOf(view);
  const items = problems.map(({ name, message }) => {
    const slot = slots.find(({ field }) => field.name === name);
    return slot === undefined
      ? html`<li>${message}</li>\n`
      : html`<li><a href="#${slot.id}">${slot.field.label} – ${message}</a></li>\n`;
  });
  return html`<div class="summary" role="alert" tabindex="-1" autofocus aria-labelledby="summary-title">
<h2 id="summary-title">There is something to correct</h2>
<ul>
${items}</ul>
</div>
`;
}

function slotsOf({ form, values = new Map(), problems = [] }: FormView): readonly Slot[] {
  return form.fields.map((field, index) => ({
    field,
    id: `field-${index}`,
    value: values.get(field.name) ?? "",
    problems: problems.filter(({ name }) => name === field.name).map(({ message }) => message),
  }));
}

function renderField(slot: Slot): Html {
  const { field, id } = slot;
  const classes = slot.problems.length === 0 ? "field" : "field has-error";
  const label = html`${field.label}${isOptional(field) && html` <span class="quiet">(optional)</span>`}`;
  const notes = html`${field.hint !== undefined && html`<p class="hint" id="${id}-hint">${field.hint}</p>\n`}${
    slot.problems.length > 0 && html`<p class="error" id="${id}-error">${slot.problems.join("; ")}</p>\n`
  }`;
  if (field.type === "boolean") {
    return html`<fieldset class="${classes}"${describedBy(slot)}>
<legend>${label}</legend>
${notes}${renderRadios(slot)}</fieldset>
`;
  }
  return html`<div class="${classes}">
<label for="${id}">${label}</label>
${notes}${renderControl(slot)}
</div>
`;
}

/** A text may be empty even where it is required. */
function isOptional(field: FormField): boolean {
  return !field.isRequired || (field.type === "text" && field.minLength === 0);
}

function describedBy({ field, id, problems }: Slot): Html | undefined {
  const ids = [field.hint !== undefined && `${id}-hint`, problems.length > 0 && `${id}-error`].filter(Boolean);
  return ids.length === 0 ? undefined : html` aria-describedby="${ids.join(" ")}"`;
}

/** The attributes that every control has. */
function common(slot: Slot): Html {
  return html` id="${slot.id}" name="${slot.field.name}"${!isOptional(slot.field) && html` required`}${describedBy(slot)}${
    slot.problems.length > 0 && html` aria-invalid="true"`
  }`;
}

/** The first one has the field's id, so that the summary leads there. */
function renderRadios({ field, id, value }: Slot): readonly Html[] {
  const options = [["true", "Yes"], ["false", "No"], ...(field.isRequired ? [] : [["", "No answer"]])] as const;
  return options.map(
    ([sent = "", text = ""], index) =>
      html`<label class="option"><input type="radio"${index === 0 && html` id="${id}"`} name="${field.name}" value="${sent}"${
        field.isRequired && html` required`
      }${value === sent && (sent !== "" || !field.isRequired) && html` checked`}> ${text}</label>\n`,
  );
}

function renderControl(slot: Slot): Html {
  const { field, value } = slot;
  switch (field.type) {
    case "choice":
      return html`<select${common(slot)}>
<option value="">Choose …</option>
${field.options.map(({ text }) => html`<option value="${text}"${value === text && html` selected`}>${text}</option>\n`)}</select>`;
    case "number":
      return html`<input type="number" step="${field.isWhole ? 1 : "any"}"${common(slot)}${limit("min", field.minimum)}${limit(
        "max",
        field.maximum,
      )} value="${value}">`;
    case "text":
      if ((field.maxLength ?? 0) > maxLineLength) return renderTextarea(slot, limit("maxlength", field.maxLength));
      return html`<input type="${field.input}"${common(slot)}${limit("maxlength", field.maxLength)} value="${value}" autocomplete="off">`;
    default:
      return renderTextarea(slot, html` spellcheck="false"`);
  }
}

/** HTML drops a line break that follows the tag, so that there is one for it to drop. */
function renderTextarea(slot: Slot, attributes: Html | undefined): Html {
  return html`<textarea rows="5"${common(slot)}${attributes}>
${slot.value}</textarea>`;
}

function limit(name: "min" | "max" | "maxlength", value: number | undefined): Html | undefined {
  if (value === undefined) return undefined;
  if (name === "maxlength") return html` maxlength="${value}"`;
  return name === "min" ? html` min="${value}"` : html` max="${value}"`;
}
