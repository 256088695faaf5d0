import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { ApprovalDecision } from "../../../../src/nodes/approval.ts";
import { toJsonSchema } from "../../../../src/platforms/aws/pause-page/to-json-schema.ts";
import { standardSchema } from "./standard-schema.ts";

describe("the JSON Schema of a schema", () => {
  test("of valibot's is made by valibot's own package", () => {
    expect(toJsonSchema(ApprovalDecision)).toEqual({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: {
        approved: { type: "boolean", title: "Do you approve?" },
        by: { type: "string", maxLength: 200, title: "Your name" },
        comment: { type: "string", maxLength: 2000, title: "Comment" },
      },
      required: ["approved"],
      additionalProperties: false,
    });
  });

  test("is what goes in, not what a transformation makes of it; checks of its own are left out", () => {
    const schema = v.object({
      n: v.pipe(v.string(), v.transform(Number), v.number()),
      m: v.pipe(
        v.string(),
        v.check((text) => text !== "x"),
      ),
    });
    expect(toJsonSchema(schema)).toMatchObject({ properties: { n: { type: "string" }, m: { type: "string" } } });
  });

  test("of another library is what its Standard JSON Schema interface says", () => {
    const input = ({ target }: { target: string }) => ({ $schema: target, type: "object", properties: {} });
    expect(toJsonSchema(standardSchema({ jsonSchema: { input } }))).toEqual({
      $schema: "draft-2020-12",
      type: "object",
      properties: {},
    });
  });

  test("is unknown for a library without it, and for what JSON Schema cannot say", () => {
    expect(toJsonSchema(standardSchema({}))).toBeUndefined();
    const input = () => {
      throw new Error("a function has no JSON Schema");
    };
    expect(toJsonSchema(standardSchema({ jsonSchema: { input } }))).toBeUndefined();
  });
});
