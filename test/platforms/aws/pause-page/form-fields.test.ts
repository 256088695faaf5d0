import { describe, expect, test } from "vitest";
import { formOf } from "../../../../src/platforms/aws/pause-page/form-fields.ts";

const formFor = (properties: Record<string, unknown>, required: readonly string[] = []) =>
  formOf({ type: "object", properties, required });
const whole = {
  isWhole: true,
  fields: [{ type: "json", name: "payload", label: "Your answer, as JSON", isRequired: true }],
};

describe("the form of a JSON Schema", () => {
  test.each([
    [{ type: "boolean" }, { type: "boolean" }],
    [{ type: "string" }, { type: "text", input: "text", minLength: 0 }],
    [
      { type: "string", minLength: 1, maxLength: 9 },
      { type: "text", input: "text", minLength: 1, maxLength: 9 },
    ],
    [
      { type: "string", format: "email" },
      { type: "text", input: "email", minLength: 0 },
    ],
    [
      { type: "string", format: "date" },
      { type: "text", input: "date", minLength: 0 },
    ],
    [
      { type: "string", format: "unheard-of" },
      { type: "text", input: "text", minLength: 0 },
    ],
    [
      { type: "number", minimum: 0, maximum: 1 },
      { type: "number", isWhole: false, minimum: 0, maximum: 1 },
    ],
    [{ type: "integer" }, { type: "number", isWhole: true }],
    [
      { type: "string", enum: ["red", "blue"] },
      {
        type: "choice",
        options: [
          { text: "red", value: "red" },
          { text: "blue", value: "blue" },
        ],
      },
    ],
    [
      { enum: [1, null, true] },
      {
        type: "choice",
        options: [
          { text: "1", value: 1 },
          { text: "null", value: null },
          { text: "true", value: true },
        ],
      },
    ],
    [{ const: "yes" }, { type: "choice", options: [{ text: "yes", value: "yes" }] }],
    // Sent, the two would be the same.
    [{ enum: ["1", 1] }, { type: "json" }],
    [{ type: "array", items: { type: "string" } }, { type: "json" }],
    [{ type: "object", properties: {} }, { type: "json" }],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, { type: "json" }],
    [{ type: "string", $ref: "#/$defs/a" }, { type: "json" }],
    [{ type: ["string", "null"] }, { type: "json" }],
    [
      { type: "string", maxLength: "many" },
      { type: "text", input: "text", minLength: 0 },
    ],
    [{}, { type: "json" }],
  ])("has for %j the field %j", (property, field) => {
    expect(formFor({ a: property }).fields).toEqual([{ name: "a", label: "A", isRequired: false, ...field }]);
  });

  test("names a field by its title, or by the words of its name, and says what it is for", () => {
    const { fields } = formFor({
      orderNumber: { type: "string" },
      due_date: { type: "string", title: "When?", description: "At the latest" },
      "<b>": { type: "string" },
      "": { type: "string" },
    });
    expect(fields.map(({ label, hint }) => [label, hint])).toEqual([
      ["Order number", undefined],
      ["When?", "At the latest"],
      ["<b>", undefined],
      ["", undefined],
    ]);
  });

  test("keeps the order of the properties, and says which are required", () => {
    const { fields } = formFor({ b: { type: "string" }, a: { type: "boolean" } }, ["a"]);
    expect(fields.map(({ name, isRequired }) => [name, isRequired])).toEqual([
      ["b", false],
      ["a", true],
    ]);
  });

  test("has no field for an object without properties: sending it is the answer", () => {
    expect(formFor({})).toEqual({ isWhole: false, fields: [] });
  });

  test.each([
    [undefined],
    [{}],
    [{ type: "string" }],
    [{ type: "array", items: {} }],
    [{ type: "object" }],
    [{ type: "object", properties: { a: true } }],
    [{ anyOf: [{ type: "object", properties: {} }] }],
    [{ type: "object", properties: {}, required: ["a"] }],
    [{ type: "object", properties: {}, required: ["toString"] }],
  ])("for %j asks for JSON", (schema) => {
    expect(formOf(schema)).toEqual(whole);
  });
});
