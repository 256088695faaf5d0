import { isTemplate } from "./parse-template.ts";

/** A text with expressions, and where it stands: `data.items[0].price`. */
export interface FoundTemplate {
  readonly path: string;
  readonly text: string;
}

/** Whether a value has a text with an expression somewhere; keys are never expressions. */
export function hasTemplate(value: unknown): boolean {
  if (typeof value === "string") return isTemplate(value);
  if (Array.isArray(value)) return value.some(hasTemplate);
  if (!isPlainObject(value)) return false;
  for (const key of Object.keys(value)) if (hasTemplate(value[key])) return true;
  return false;
}

/** Every text with expressions in a value. */
export function listTemplates(value: unknown, path: string): readonly FoundTemplate[] {
  if (typeof value === "string") return isTemplate(value) ? [{ path, text: value }] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => listTemplates(item, `${path}[${index}]`));
  if (!isPlainObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => listTemplates(item, memberPath(path, key)));
}

/** A member that is left out of its object. */
export const leftOut: unique symbol = Symbol("left out");

/** Makes the value of one text; `isMember` says whether it may be `leftOut`. */
export type FillTemplate = (found: FoundTemplate, isMember: boolean) => Promise<unknown>;

/** A copy of the value with its texts filled, one after the other; other data than JSON's is shared. */
export async function fillTemplates(
  value: unknown,
  path: string,
  fill: FillTemplate,
  isMember = false,
): Promise<unknown> {
  if (typeof value === "string") return isTemplate(value) ? fill({ path, text: value }, isMember) : value;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [index, item] of value.entries()) {
      items.push(mayHaveTemplate(item) ? await fillTemplates(item, `${path}[${index}]`, fill) : item);
    }
    return items;
  }
  if (!isPlainObject(value)) return value;
  const members: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    const result = mayHaveTemplate(item) ? await fillTemplates(item, memberPath(path, key), fill, true) : item;
    if (result !== leftOut) members.push([key, result]);
  }
  // fromEntries defines own properties, so a key named __proto__ is one like any other (I17).
  return Object.fromEntries(members);
}

/** What costs nothing to tell, so that constants are passed without a promise. */
function mayHaveTemplate(value: unknown): boolean {
  return typeof value === "string" ? isTemplate(value) : typeof value === "object" && value !== null;
}

function memberPath(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** What a definition's JSON has; anything else that a host put into data is left alone. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
