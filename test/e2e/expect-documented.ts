import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";
import document from "../../src/contracts/openapi.json" with { type: "json" };
import type { RawAnswer } from "./raw-request.ts";

const address = "https://refluxo.example/openapi.json";
// A format is a hint; what a time must be is in no answer.
const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, address);

type Values = Readonly<Record<string, unknown>>;

/**
 * Expects an answer to be one that the OpenAPI document has for this request: its status, its content type, its body.
 * The gateway's answers to a request that fits no operation are not described.
 */
export function expectDocumented(method: string, path: string, answer: RawAnswer): void {
  const operation = operationFor(method, path);
  if (operation === undefined) return;
  const what = `${method} ${path}: ${answer.status} ${answer.headers["content-type"]}`;
  const responses = at(document, ["paths", operation.path, operation.method, "responses"]);
  expect(Object.keys(responses), what).toContain(String(answer.status));
  const place = placeOf(["paths", operation.path, operation.method, "responses", String(answer.status)]);
  const { content } = at(document, place);
  if (content === undefined) {
    expect(answer.text, what).toBe("");
    return;
  }
  const type = answer.headers["content-type"]?.split(";")[0] ?? "";
  expect(Object.keys(at(document, [...place, "content"])), what).toContain(type);
  const validate = ajv.getSchema(`${address}#${pointerTo([...place, "content", type, "schema"])}`);
  expect(validate, what).toBeTypeOf("function");
  const isValid = validate?.(type === "text/html" ? answer.text : JSON.parse(answer.text));
  expect([isValid, validate?.errors], `${what}: ${answer.text.slice(0, 500)}`).toEqual([true, null]);
}

function operationFor(method: string, path: string): { readonly path: string; readonly method: string } | undefined {
  const [encoded = ""] = path.split("?");
  const plain = decode(encoded);
  const found = Object.entries(document.paths).filter(([template, operations]) => {
    const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}$`);
    return pattern.test(plain) && Object.hasOwn(operations, method.toLowerCase());
  });
  expect(found.length, `${method} ${path}`).toBeLessThanOrEqual(1);
  return found[0] === undefined ? undefined : { path: found[0][0], method: method.toLowerCase() };
}

/** The path as the gateway compares it with its routes; one that is malformed fits none. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "";
  }
}

/** Where a response stands: in its operation, or under components. */
function placeOf(place: readonly string[]): readonly string[] {
  const { $ref } = at(document, place);
  return typeof $ref === "string" ? $ref.slice(2).split("/") : place;
}

function at(value: Values, place: readonly string[]): Values {
  return place.reduce<Values>((inner, key) => Object(inner[key]), value);
}

function pointerTo(place: readonly string[]): string {
  return place.map((key) => `/${encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("");
}
