import { describe, expect, test } from "vitest";
import { decodeForm, formValues } from "../../../../src/platforms/aws/pause-page/decode-form.ts";
import { formOf } from "../../../../src/platforms/aws/pause-page/form-fields.ts";

const form = formOf({
  type: "object",
  properties: {
    approved: { type: "boolean" },
    sure: { type: "boolean" },
    name: { type: "string", minLength: 1 },
    note: { type: "string" },
    empty: { type: "string" },
    count: { type: "integer" },
    colour: { enum: ["red", 2] },
    more: { type: "array" },
  },
  required: ["approved", "name", "empty"],
});
const decode = (...fields: readonly (readonly [string, string])[]) => decodeForm(form, formValues(fields));
const needed = [
  ["approved", "true"],
  ["name", "Mia"],
] as const;
const least = { approved: true, name: "Mia", empty: "" };

describe("a form that was sent", () => {
  test("is the payload that its texts stand for", () => {
    expect(
      decode(
        ["approved", "false"],
        ["sure", "true"],
        ["name", "Mia"],
        ["note", "a\r\nb\rc\n"],
        ["empty", "x"],
        ["count", " 12 "],
        ["colour", "2"],
        ["more", '[1, "a"]'],
      ),
    ).toEqual({
      type: "payload",
      payload: {
        approved: false,
        sure: true,
        name: "Mia",
        note: "a\nb\nc\n",
        empty: "x",
        count: 12,
        colour: 2,
        more: [1, "a"],
      },
    });
  });

  test("leaves out what is empty and not required", () => {
    const all = ["sure", "note", "count", "colour", "more"].map((name) => [name, ""] as const);
    expect(decode(...needed, ...all)).toEqual({ type: "payload", payload: least });
    expect(decode(...needed)).toEqual({ type: "payload", payload: least });
  });

  test("counts a name once, and no name that was not asked for", () => {
    const others = [
      ["approved", "false"],
      ["isAdmin", "true"],
      ["__proto__", '{"isAdmin":true}'],
    ] as const;
    const result = decode(...needed, ...others);
    expect(result).toEqual({ type: "payload", payload: least });
    expect(Object.keys(Object(result.type === "payload" && result.payload))).toEqual(["approved", "name", "empty"]);
  });

  test("says of each field what is wrong with it", () => {
    expect(decode(["count", "many"], ["colour", "green"], ["more", "{"], ["sure", "perhaps"])).toEqual({
      type: "problems",
      problems: [
        { name: "approved", message: "choose one" },
        { name: "sure", message: "choose one" },
        { name: "name", message: "fill this in" },
        { name: "count", message: "must be a number" },
        { name: "colour", message: "choose one" },
        { name: "more", message: expect.stringMatching(/^is not valid JSON/) },
      ],
    });
  });

  test.each(["Infinity", "0x", "1,5", "NaN"])("takes %s for no number", (text) => {
    expect(decode(...needed, ["count", text])).toMatchObject({ problems: [{ name: "count" }] });
  });

  test("as JSON is the whole payload, without a prototype in it", () => {
    const whole = formOf(undefined);
    const of = (text: string) => decodeForm(whole, formValues([["payload", text]]));
    expect(of('{"a":1}')).toEqual({ type: "payload", payload: { a: 1 } });
    expect(of(" ")).toMatchObject({ problems: [{ name: "payload", message: "fill this in" }] });
    expect(of('{"__proto__":1}')).toMatchObject({ problems: [{ message: expect.stringContaining("not allowed") }] });
  });
});
