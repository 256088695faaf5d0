import { describe, expect, test } from "vitest";
import { ParseError } from "../../src/contracts/parse-error.ts";
import { parseEvent } from "../../src/triggers/index.ts";
import { errorOf } from "./error-of.ts";
import { bindings, readSample, sampleFiles } from "./sample.ts";

function resultOf(event: unknown) {
  try {
    return parseEvent(event, bindings);
  } catch (error) {
    if (error instanceof ParseError && error.reason.includes("__proto__")) return "refused";
    throw error;
  }
}

describe("parseEvent", () => {
  test.each([
    null,
    undefined,
    "step",
    12,
    [],
    {},
    { type: 5 },
    { Records: [{ EventSource: "aws:sns", Sns: {} }] },
    { source: "aws.ec2", "detail-type": "EC2 Instance State-change Notification" },
    { source: "aws.events", "detail-type": "Something Else" },
  ])("refuses %j, which no trigger recognises", (event) => {
    expect(errorOf(event)).toMatchObject({ code: "input.unknown-event", path: "$" });
  });

  test.each(sampleFiles())(
    "takes no value of %s from a __proto__ key: it refuses the key or passes over it",
    (file) => {
      const text = JSON.stringify(readSample(file));
      const forged = JSON.parse(`${text.slice(0, -1)},"__proto__":{"type":"cancel","region":"forged","polluted":1}}`);
      expect([parseEvent(readSample(file), bindings), "refused"]).toContainEqual(resultOf(forged));
      expect(Reflect.get({}, "polluted")).toBeUndefined();
    },
  );
});
