import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { apiEnvironment, dispatcherEnvironment, sweeperEnvironment } from "../../src/platforms/aws/config.ts";
import { at, functionIds, property, template } from "./read-project-template.ts";

const environments = {
  DispatcherFunction: dispatcherEnvironment,
  ApiFunction: apiEnvironment,
  SweeperFunction: sweeperEnvironment,
};

/** What Powertools, Node and the AWS SDK read by themselves. */
const platformVariables = ["POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL", "NODE_OPTIONS"];

/** What the AWS SDK reads under sam local, and what no deployed function has. */
const localVariables = [
  "AWS_ENDPOINT_URL_DYNAMODB",
  "AWS_ENDPOINT_URL_SQS",
  "AWS_ENDPOINT_URL_S3",
  "AWS_ENDPOINT_URL_SECRETS_MANAGER",
  "AWS_ENDPOINT_URL_SSM",
  "AWS_ENDPOINT_URL_EVENTBRIDGE",
];

const shared = at(template.Globals, "Function", "Environment", "Variables");
const localValues: unknown = JSON.parse(readFileSync(new URL("../../events/env.json", import.meta.url), "utf8"));

describe("the environment", () => {
  test.each(functionIds)("of %s has every variable that its code reads, and no other", (id) => {
    expect(namesIn(property(id, "Environment", "Variables"))).toEqual(Object.keys(environments[id].entries).toSorted());
  });

  test("shares what the platform reads, and no variable of the code's", () => {
    expect(namesIn(shared)).toEqual([...platformVariables, ...localVariables].toSorted());
  });

  test("leaves the endpoints of sam local out of a deployed function", () => {
    for (const name of localVariables) expect(at(shared, name)).toEqual({ Ref: "AWS::NoValue" });
  });

  test("does not name the variable that would switch idempotency off", () => {
    expect(JSON.stringify(template)).not.toContain("POWERTOOLS_IDEMPOTENCY_DISABLED");
  });
});

describe("events/env.json", () => {
  test("names the three functions, and fills in for each what sam local cannot know", () => {
    const expected = functionIds.map((id) => [
      id,
      [...Object.keys(environments[id].entries), ...localVariables].toSorted(),
    ]);
    expect(Object.entries(asRecord(localValues)).map(([id, values]) => [id, namesIn(values)])).toEqual(expected);
  });

  test.each(functionIds)("gives %s values that its code accepts", (id) => {
    const result = environments[id]["~standard"].validate(asRecord(localValues)[id]);
    expect(result).not.toHaveProperty("issues");
  });
});

function namesIn(value: unknown): readonly string[] {
  return Object.keys(asRecord(value)).toSorted();
}

function asRecord(value: unknown) {
  if (typeof value !== "object" || value === null) throw new TypeError("expected an object");
  return Object.fromEntries(Object.entries(value));
}
