import { describe, expect, test } from "vitest";
import { errorOfBody, parseBatch, parseBody, sqsRecord } from "./batch.ts";
import { bridged, classic } from "./created-object.ts";
import { readSample } from "./sample.ts";

describe("S3 events on the queue", () => {
  test("both kinds for one object version start one workflow, and the test event none", () => {
    const { Records } = readSample("sqs-s3.json") as { readonly Records: readonly unknown[] };
    const commands = parseBatch(Records).map(({ result }) => (result.isValid ? result.commands[0] : undefined));
    const key = "uploads/products 2026-11 äöü.csv";
    expect(commands).toMatchObject([
      { type: "start", definitionId: "csv-import", input: { key } },
      { type: "start", definitionId: "csv-import", input: { key } },
      { type: "ignore", reason: expect.stringContaining("s3:TestEvent") },
    ]);
    expect(commands[0]).toEqual(commands[1]);
  });

  test("an object that no definition is bound to is acknowledged, not refused", () => {
    expect(parseBody(bridged({ key: "x.png" }))).toMatchObject({ isValid: true, commands: [{ type: "ignore" }] });
  });

  test("an object that is invalid makes its record invalid", () => {
    expect(errorOfBody(bridged({ key: "" })).path).toBe("$.detail.object.key");
    expect(errorOfBody(classic({ key: "%" })).path).toBe("$.Records.0.s3.object.key");
    expect(parseBatch([sqsRecord(bridged({ key: "" })), sqsRecord(classic())])[1]?.result.isValid).toBe(true);
  });
});
