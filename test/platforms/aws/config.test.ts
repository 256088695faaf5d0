import { afterEach, describe, expect, test, vi } from "vitest";
import {
  apiEnvironment,
  dispatcherEnvironment,
  readEnvironment,
  sweeperEnvironment,
} from "../../../src/platforms/aws/config.ts";

const complete = {
  TABLE_NAME: "workflows",
  QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/1/steps",
  DEAD_LETTER_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/1/dead",
  API_URL: "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
  RESUME_KEY_SECRET_ARN: "arn:aws:secretsmanager:us-east-1:1:secret:resume",
  RETENTION_DAYS: "30",
  INDEX_SHARDS: "64",
  PAYLOAD_BUCKET: "payloads",
  INLINE_VALUE_BYTES: "8192",
  STEPS_PER_INVOCATION: "10",
  UPLOAD_BUCKET: "uploads",
  HTTP_ALLOWED_NETWORKS: "10.1.0.0/16",
  EVENT_BUS_NAME: "default",
  MESSAGE_QUEUE_ARNS: "arn:aws:sqs:us-east-1:000000000000:a, arn:aws:sqs:us-east-1:000000000000:b",
};

/** What is set, and empty when nothing is allowed. */
const mayBeEmpty = ["HTTP_ALLOWED_NETWORKS", "MESSAGE_QUEUE_ARNS"];

afterEach(() => vi.unstubAllEnvs());

describe("the environment of a function", () => {
  test("is read whole, numbers as numbers, and nothing else with it", () => {
    expect(readEnvironment(dispatcherEnvironment, { ...complete, OTHER: "x" })).toEqual({
      ...complete,
      RETENTION_DAYS: 30,
      INDEX_SHARDS: 64,
      INLINE_VALUE_BYTES: 8192,
      STEPS_PER_INVOCATION: 10,
      MESSAGE_QUEUE_ARNS: ["arn:aws:sqs:us-east-1:000000000000:a", "arn:aws:sqs:us-east-1:000000000000:b"],
    });
  });

  test("may allow nodes nothing: no network, and no queue", () => {
    const empty = Object.fromEntries(mayBeEmpty.map((name) => [name, ""]));
    expect(readEnvironment(dispatcherEnvironment, { ...complete, ...empty })).toMatchObject({
      HTTP_ALLOWED_NETWORKS: "",
      MESSAGE_QUEUE_ARNS: [],
    });
  });

  test.each([
    { schema: dispatcherEnvironment, names: Object.keys(dispatcherEnvironment.entries) },
    { schema: apiEnvironment, names: Object.keys(apiEnvironment.entries) },
    { schema: sweeperEnvironment, names: Object.keys(sweeperEnvironment.entries) },
  ])("names every variable that is missing: $names", ({ schema, names }) => {
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const incomplete = { ...complete, [name]: undefined };
      expect(() => readEnvironment(schema, incomplete)).toThrow(new RegExp(`not complete: ${name}: `));
      if (mayBeEmpty.includes(name)) continue;
      expect(() => readEnvironment(schema, { ...complete, [name]: "" })).toThrow(name);
    }
    expect(() => readEnvironment(schema, {})).toThrow(names[0]);
    expect(() => readEnvironment(schema, {})).toThrow(names.at(-1));
  });

  test.each([
    { name: "QUEUE_URL", value: "steps" },
    { name: "API_URL", value: "the API" },
    { name: "RETENTION_DAYS", value: "thirty" },
    { name: "RETENTION_DAYS", value: "-1" },
    { name: "RETENTION_DAYS", value: "1e9" },
    { name: "INDEX_SHARDS", value: "12" },
    { name: "INDEX_SHARDS", value: "128" },
    { name: "INLINE_VALUE_BYTES", value: "8 KB" },
    { name: "STEPS_PER_INVOCATION", value: "0" },
    { name: "STEPS_PER_INVOCATION", value: "26" },
    { name: "STEPS_PER_INVOCATION", value: "many" },
  ])("refuses $name = $value and names it", ({ name, value }) => {
    expect(() => readEnvironment(dispatcherEnvironment, { ...complete, [name]: value })).toThrow(name);
  });

  test("is the process's own by default", () => {
    vi.stubEnv("TABLE_NAME", "from-the-process");
    vi.stubEnv("QUEUE_URL", complete.QUEUE_URL);
    vi.stubEnv("INDEX_SHARDS", complete.INDEX_SHARDS);
    expect(readEnvironment(sweeperEnvironment)).toMatchObject({ TABLE_NAME: "from-the-process" });
  });
});
