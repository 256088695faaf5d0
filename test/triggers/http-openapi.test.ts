import { expect, test } from "vitest";
import { parseEvent } from "../../src/triggers/index.ts";
import { request } from "./http-request.ts";
import { bindings, readSample } from "./sample.ts";

test("GET /openapi.json asks for the document, whatever else the request says", () => {
  expect(parseEvent(readSample("http-openapi.json"), bindings)).toEqual({ type: "openapi" });
  const event = request("GET /openapi.json", { queryStringParameters: { workflowId: "x" }, body: "{" });
  expect(parseEvent(event, bindings)).toEqual({ type: "openapi" });
});
