import { expect, test } from "vitest";
import { readConformanceTarget } from "./conformance-target.ts";

const complete = {
  REFLUXO_CONFORMANCE_TABLE: "table",
  REFLUXO_CONFORMANCE_QUEUE_URL: "https://sqs/steps",
  REFLUXO_CONFORMANCE_DEAD_LETTER_QUEUE_URL: "https://sqs/dead",
  REFLUXO_CONFORMANCE_BUCKET: "bucket",
};

test("real AWS is tried when every resource is named", () => {
  expect(readConformanceTarget({ ...complete, PATH: "/bin" })).toEqual({
    tableName: "table",
    queueUrl: "https://sqs/steps",
    deadLetterQueueUrl: "https://sqs/dead",
    bucket: "bucket",
  });
});

test("real AWS is not tried when no resource is named", () => {
  expect(readConformanceTarget({ PATH: "/bin" })).toBeUndefined();
});

test("a target that is named in part is a mistake, not a reason to try nothing", () => {
  const partial = { ...complete, REFLUXO_CONFORMANCE_BUCKET: "" };
  expect(() => readConformanceTarget(partial)).toThrow("also set REFLUXO_CONFORMANCE_BUCKET");
});
