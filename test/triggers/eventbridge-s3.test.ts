import { describe, expect, test } from "vitest";
import { parseEvent } from "../../src/triggers/index.ts";
import { bridged } from "./created-object.ts";
import { errorOf } from "./error-of.ts";
import { bindings, readSample } from "./sample.ts";

describe("an S3 event from EventBridge", () => {
  test("starts the bound definition", () => {
    expect(parseEvent(readSample("eventbridge-s3.json"), bindings)).toMatchObject({
      type: "commands",
      source: "eventbridge-s3",
      commands: [
        {
          type: "start",
          definitionId: "csv-import",
          input: {
            bucket: "refluxo-dispatcher-upload-bucket",
            key: "uploads/products 2026-11 äöü.csv",
            sizeBytes: 6605,
            region: "eu-central-1",
          },
        },
      ],
    });
  });

  test.each(["a+b.csv", "a%20b.csv", "100%.csv", "日本 .csv"])("takes the key %s as it stands", (key) => {
    expect(parseEvent(bridged({ key }), bindings)).toMatchObject({ commands: [{ type: "start", input: { key } }] });
  });

  test.each(["Object Deleted", "Object Tags Added"])("%s is ignored", (detailType) => {
    expect(parseEvent(bridged({ size: undefined }, detailType), bindings)).toEqual({
      type: "commands",
      source: "eventbridge-s3",
      commands: [{ type: "ignore", reason: expect.stringContaining(detailType) }],
    });
  });

  test("an event without an object is refused with its path", () => {
    expect(errorOf({ ...bridged(), detail: { bucket: { name: "uploads" } } })).toMatchObject({
      path: "$.detail.object",
    });
    expect(errorOf(bridged({ size: -4 }))).toMatchObject({ path: "$.detail.object.size" });
  });
});
