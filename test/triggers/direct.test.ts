import { describe, expect, test } from "vitest";
import { parseEvent } from "../../src/triggers/index.ts";
import { errorOf } from "./error-of.ts";
import { bindings, readSample } from "./sample.ts";

describe("a direct invocation", () => {
  test("starts the workflow that it names", () => {
    expect(parseEvent(readSample("direct.json"), bindings)).toMatchObject({
      type: "commands",
      source: "direct",
      commands: [{ type: "start", workflowId: "order-2002", definitionId: "order-fulfilment" }],
    });
  });

  test.each([
    { type: "step", schemaVersion: 1, workflowId: "w", version: 1 },
    { type: "timer", schemaVersion: 1, workflowId: "w", version: 1 },
    { type: "cancel", schemaVersion: 1, workflowId: "w", reason: "why" },
    { type: "get", workflowId: "w" },
  ])("takes %j as it is", (event) => {
    expect(parseEvent(event, bindings)).toEqual({ type: "commands", source: "direct", commands: [event] });
  });

  test("a resume that names neither version nor token is refused: its duplicate would answer the next pause", () => {
    const error = errorOf({ type: "resume", workflowId: "w", payload: 1 });
    expect(error).toMatchObject({ path: "$.version", reason: expect.stringContaining("is required, or a token") });
  });

  test("a resume is an operator's, and keeps a token to be verified", () => {
    const event = { type: "resume", workflowId: "w", token: "t", payload: { ok: true } };
    expect(parseEvent(event, bindings)).toMatchObject({ commands: [{ ...event, isOperator: true }] });
  });

  test("a start without an id is refused, and says why it needs one", () => {
    const error = errorOf({ type: "start", definitionId: "d" });
    expect(error).toMatchObject({
      code: "input.invalid",
      path: "$.workflowId",
      reason: expect.stringMatching(/retries/),
    });
  });

  test("an unknown type is refused with its name and the known ones", () => {
    const error = errorOf({ type: "pause", workflowId: "w" });
    expect(error).toMatchObject({ code: "input.invalid", path: "$.type" });
    expect(error.reason).toBe(
      'unknown message type "pause"; known types: start, step, timer, resume, cancel, children, child-ended, retry, get',
    );
  });

  test("a __proto__ key and too deep a value are refused", () => {
    expect(
      errorOf(JSON.parse('{"type":"start","workflowId":"w","definitionId":"d","input":{"__proto__":1}}')),
    ).toMatchObject({
      path: "$.input",
    });
    const deep = JSON.parse(`${"[".repeat(300)}${"]".repeat(300)}`);
    expect(errorOf({ type: "start", workflowId: "w", definitionId: "d", input: deep }).reason).toMatch(/deeper/);
  });
});
