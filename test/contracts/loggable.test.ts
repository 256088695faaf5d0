import { expect, test } from "vitest";
import { InputError } from "../../src/contracts/input-error.ts";
import { ParseError } from "../../src/contracts/parse-error.ts";
import { parseEvent } from "../../src/triggers/index.ts";
import { noBindings } from "../dispatcher/harness.ts";

function errorOf(event: unknown): ParseError {
  try {
    parseEvent(event, noBindings);
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
  throw new Error("The event is valid");
}

/** Direct messages with a canary that the caller may see, and what a log may say of it. */
test.each([
  [
    "an unknown type",
    { type: "canary" },
    "$.type: unknown message type; known types: start, step, timer, resume, cancel, children, child-ended, retry, get",
  ],
  ["an unknown field", { type: "step", workflowId: "w", version: 0, canary: 1 }, "$: has a field that is not known"],
  [
    "an unknown field further in",
    { type: "start", definitionId: "d", workflowId: "w", inputObject: { key: "incoming/a.json", canary: 1 } },
    "$.inputObject: has a field that is not known",
  ],
  [
    "a forbidden key deep in a payload",
    JSON.parse('{"type":"start","definitionId":"d","workflowId":"w","input":{"canary":{"__proto__":1}}}'),
    "$: has a key named __proto__, which is not allowed",
  ],
  ["a value that does not fit", { type: "step", workflowId: "w", version: "canary" }, /^\$\.version: /],
])("the text for the log has nothing of the input: %s", (_what, event, loggable) => {
  const error = errorOf(event);
  expect(error.loggable).toEqual(typeof loggable === "string" ? loggable : expect.stringMatching(loggable));
  expect(error.loggable).not.toContain("canary");
});

test("the text for the log is the whole message where that says nothing of the input", () => {
  expect(new ParseError("$.a", "is missing").loggable).toBe("$.a: is missing");
  expect(new InputError("input.too-large", "$.body", "is too large").loggable).toBe("$.body: is too large");
});
