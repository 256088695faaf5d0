import { describe, expect, test } from "vitest";
import { isPageRequest, isPauseRequest, parseEvent } from "../../src/triggers/index.ts";
import { request } from "./http-request.ts";
import { bindings, readSample } from "./sample.ts";

const route = "GET /resume/{workflowId}/{token}";
const token = "1.k1.mac";
const show = (fields: Record<string, unknown> = {}) =>
  request(route, { pathParameters: { workflowId: "w-1", token }, ...fields });

describe("GET /resume/{workflowId}/{token}", () => {
  test("shows the pause of the token, for nobody in particular", () => {
    expect(parseEvent(readSample("http-show-pause.json"), bindings)).toEqual({
      type: "http",
      command: {
        type: "show-pause",
        workflowId: "order-2003",
        token: "3.k1.1793700000.0bJ2uPpZ3mWq8vXo5tYs1aLrKcDfGhIjMnQwExTyUzA",
      },
    });
  });

  test.each([
    ["without parameters", undefined],
    ["without a token", { workflowId: "w-1" }],
    ["with a token that is null", { workflowId: "w-1", token: null }],
    ["with a token beyond 512 characters", { workflowId: "w-1", token: "1".repeat(513) }],
    ["with an id that is none", { workflowId: "w#1", token }],
    ["with an id that could be signed like another's", { workflowId: "w-1#1", token }],
    ["with a reserved id", { workflowId: "__proto__", token }],
  ])("a path %s is a forged token, and nothing else is said of it", (_name, pathParameters) => {
    expect(parseEvent(show({ pathParameters }), bindings)).toMatchObject({
      command: { type: "show-pause", token: "" },
    });
  });

  test("ignores a body: nothing but a POST answers", () => {
    const event = show({ body: '{"payload":1}' });
    expect(parseEvent(event, bindings)).toEqual({
      type: "http",
      command: { type: "show-pause", workflowId: "w-1", token },
    });
  });

  test.each([
    [undefined, true],
    ["*/*", true],
    ["text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", true],
    ["text/html, application/json;q=0.5", true],
    ["application/json", false],
    ["application/problem+json, application/json", false],
  ])("with accept %s it is for a page: %s", (accept, isPage) => {
    expect(isPageRequest(show({ headers: accept === undefined ? {} : { Accept: accept } }))).toBe(isPage);
  });
});

test("only these two routes are those of a pause", () => {
  expect(isPauseRequest(show())).toBe(true);
  expect(isPauseRequest(readSample("http-answer-pause.json"))).toBe(true);
  for (const file of ["http-get.json", "http-resume.json", "sqs.json"]) {
    expect(isPauseRequest(readSample(file))).toBe(false);
    expect(isPageRequest(readSample(file))).toBe(false);
  }
});
