import { describe, expect, test } from "vitest";
import { isSqsEvent, parseEvent } from "../../src/triggers/index.ts";
import { errorOfBody, parseBatch, parseBody, sqsRecord } from "./batch.ts";
import { errorOf } from "./error-of.ts";
import { bindings, readSample, sampleFiles } from "./sample.ts";

const step = { type: "step", workflowId: "order-1", version: 4 };

describe("isSqsEvent", () => {
  test.each(sampleFiles())("tells %s by its shape", (file) => {
    expect(isSqsEvent(readSample(file))).toBe(file.startsWith("sqs"));
  });

  test.each([null, undefined, 1, "x", [], {}, { Records: 1 }, { Records: [null] }])("is false for %j", (event) => {
    expect(isSqsEvent(event)).toBe(false);
  });

  test("an empty batch is one, and parses to no records", () => {
    expect(isSqsEvent({ Records: [] })).toBe(true);
    expect(parseEvent({ Records: [] }, bindings)).toEqual({ type: "batch", records: [] });
  });
});

describe("an SQS batch", () => {
  test("keeps what the dispatcher needs of each record", () => {
    const [record] = parseBatch([sqsRecord(step, "m-1")]);
    expect(record).toEqual({
      messageId: "m-1",
      receiptHandle: "handle-m-1",
      receiveCount: 2,
      body: JSON.stringify(step),
      result: { isValid: true, commands: [{ ...step, schemaVersion: 1 }] },
    });
  });

  test("one bad record among nine good ones harms only itself, in its place", () => {
    const good = Array.from({ length: 10 }, (_, version) => sqsRecord({ ...step, version }, `m-${version}`));
    const records = parseBatch(good.with(6, sqsRecord("{oops", "m-6")));
    expect(records.map(({ messageId }) => messageId)).toEqual(good.map(({ messageId }) => messageId));
    expect(records.map(({ result }) => result.isValid)).toEqual(good.map((_, index) => index !== 6));
  });

  test.each([null, 7, "text", {}, { eventSource: "aws:sqs" }, { messageId: 3, body: {}, attributes: null }])(
    "a record that is %j makes itself invalid, not the batch",
    (broken) => {
      const [first, second] = parseBatch([sqsRecord(step), broken]);
      expect(first?.result.isValid).toBe(true);
      expect(second).toMatchObject({ messageId: "", receiveCount: 1, result: { isValid: false } });
    },
  );

  test("a record without a body is still named, so that SQS can be told of it", () => {
    const [record] = parseBatch([{ ...sqsRecord(step, "m-1"), body: undefined, attributes: undefined }]);
    expect(record).toMatchObject({
      messageId: "m-1",
      receiptHandle: "handle-m-1",
      body: "",
      result: { isValid: false },
    });
  });

  test("a record that cannot be named is invalid, however good its body", () => {
    expect(parseBatch([{ ...sqsRecord(step), messageId: undefined }])).toMatchObject([
      { body: JSON.stringify(step), result: { isValid: false } },
    ]);
  });

  test("Records that are no list are refused", () => {
    expect(errorOf({ Records: { eventSource: "aws:sqs" } }).code).toBe("input.unknown-event");
  });
});

describe("a message on the queue", () => {
  test("a timer keeps its version", () => {
    const timer = { type: "timer", schemaVersion: 1, workflowId: "order-1", version: 3 };
    expect(parseBody(timer)).toEqual({ isValid: true, commands: [timer] });
  });

  test("a start without an id is named after its message, so that a redelivery makes one workflow", () => {
    const start = { type: "start", definitionId: "csv-import" };
    const expected = {
      type: "start",
      schemaVersion: 1,
      definitionId: "csv-import",
      input: null,
      workflowId: "sqs-m-9",
    };
    expect(parseBody(start, "m-9")).toEqual({ isValid: true, commands: [expected] });
    expect(parseBody(start, "m-9")).toEqual(parseBody(start, "m-9"));
  });

  test("a start with an id keeps it", () => {
    const start = { type: "start", definitionId: "csv-import", workflowId: "mine", input: { rows: 3 } };
    expect(parseBody(start)).toMatchObject({ isValid: true, commands: [{ workflowId: "mine", input: { rows: 3 } }] });
  });

  test("a resume that names neither version nor token is refused: its duplicate would answer the next pause", () => {
    expect(errorOfBody('{"type":"resume","workflowId":"w"}')).toMatchObject({ path: "$.version" });
  });

  test("a resume is an operator's, and keeps a token to be verified", () => {
    const resume = { type: "resume", workflowId: "order-1", token: "k1.abc", payload: 1 };
    expect(parseBody(resume)).toEqual({
      isValid: true,
      commands: [{ ...resume, schemaVersion: 1, isOperator: true }],
    });
  });

  test("a body of exactly 1 MiB passes, one byte more does not, counted in bytes", () => {
    const withInput = (input: string) => JSON.stringify({ type: "start", definitionId: "d", workflowId: "w", input });
    const room = 1_048_576 - Buffer.byteLength(withInput(""));
    expect(parseBody(withInput("x".repeat(room))).isValid).toBe(true);
    expect(errorOfBody(withInput("x".repeat(room + 1)))).toMatchObject({ code: "input.too-large", path: "$" });
    expect(errorOfBody(withInput("ä".repeat(room / 2 + 1))).code).toBe("input.too-large");
  });

  test.each([
    ["malformed JSON", "{", "$", /not valid JSON/],
    ["an empty body", "", "$", /not valid JSON/],
    ["text", '"step"', "$", /must be an object.*start, step, timer, resume, cancel/],
    ["a list", "[1]", "$", /must be an object/],
    ["null", "null", "$", /must be an object/],
    ["no type", "{}", "$.type", /no message type.*start, step, timer, resume, cancel/],
    ["a type of the wrong kind", '{"type":["step"]}', "$.type", /no message type/],
    ["an unknown type", '{"type":"stepp"}', "$.type", /"stepp".*start, step, timer, resume, cancel/],
    ["a type of Object.prototype", '{"type":"constructor"}', "$.type", /"constructor".*start, step/],
    ["a get, which has nobody to answer", '{"type":"get","workflowId":"w"}', "$.type", /"get"/],
    ["a __proto__ key", '{"type":"start","definitionId":"d","input":{"__proto__":{"a":1}}}', "$.input", /__proto__/],
    ["a __proto__ key at the top", '{"__proto__":{"type":"step"}}', "$", /__proto__/],
    ["too deep a value", `{"type":"start","input":${"[".repeat(300)}${"]".repeat(300)}}`, "$.input", /deeper than 200/],
    ["a negative version", '{"type":"step","workflowId":"w","version":-1}', "$.version", /negative/],
    ["a broken version", '{"type":"step","workflowId":"w","version":1.5}', "$.version", /whole number/],
    ["a version as text", '{"type":"step","workflowId":"w","version":"1"}', "$.version", /number/],
    ["a missing version", '{"type":"step","workflowId":"w"}', "$.version", /version/],
    ["an id with a slash", '{"type":"step","workflowId":"a/b","version":1}', "$.workflowId", /characters/],
    ["a reserved id", '{"type":"step","workflowId":"__proto__","version":1}', "$.workflowId", /reserved/],
    ["an unknown field", '{"type":"step","workflowId":"w","version":1,"verison":2}', "$.verison", /not a known field/],
    [
      "another schema version",
      '{"type":"step","schemaVersion":2,"workflowId":"w","version":1}',
      "$.schemaVersion",
      /1/,
    ],
  ])("%s is refused with the path and the reason", (_name, body, path, reason) => {
    const error = errorOfBody(body);
    expect(error).toMatchObject({ code: "input.invalid", reason: expect.stringMatching(reason) });
    expect(error.path.startsWith(path)).toBe(true);
  });

  test("an unknown type is cut in the reason, however long it is", () => {
    expect(errorOfBody({ type: "x".repeat(100_000) }).reason.length).toBeLessThan(200);
  });
});
