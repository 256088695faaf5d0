import { describe, expect, test } from "vitest";
import { writeHistoryCursor } from "../../src/contracts/cursor.ts";
import { parseEvent } from "../../src/triggers/index.ts";
import { errorOf } from "./error-of.ts";
import { request, requestWith } from "./http-request.ts";
import { bindings } from "./sample.ts";

const pathParameters = { workflowId: "w-1" };
const commandOf = (event: unknown) => {
  const parsed = parseEvent(event, bindings);
  return parsed.type === "http" ? parsed.command : undefined;
};

describe.each(["cancel", "retry"])("POST /workflows/{workflowId}/%s", (verb) => {
  const route = `POST /workflows/{workflowId}/${verb}`;

  test("needs no body", () => {
    const command = { type: verb, schemaVersion: 1, workflowId: "w-1" };
    for (const body of [undefined, null, "", "{}"]) {
      expect(commandOf(request(route, { pathParameters, body }))).toEqual(command);
    }
  });

  test.each([[{ unknown: 1 }], [[]], ["text"], [{ reason: 5, version: "5" }]])("refuses the body %j", (body) => {
    expect(errorOf(requestWith(route, body, { pathParameters })).code).toBe("input.invalid");
  });

  test("refuses a body that is no JSON by its type", () => {
    const headers = { "content-type": "text/plain" };
    expect(errorOf(request(route, { pathParameters, headers, body: "{}" })).code).toBe("input.media-type");
  });
});

describe("GET /workflows/{workflowId}/history", () => {
  const history = (queryStringParameters: Record<string, string>) =>
    request("GET /workflows/{workflowId}/history", { pathParameters, queryStringParameters });

  test("goes on where a cursor says", () => {
    expect(commandOf(history({ cursor: writeHistoryCursor(12) }))).toMatchObject({ from: 12, limit: 100 });
  });

  test.each(["", "x", Buffer.from("[-1]").toString("base64url"), Buffer.from('["1"]').toString("base64url")])(
    "refuses the cursor %j",
    (cursor) => {
      expect(errorOf(history({ cursor })).path).toBe("$.query.cursor");
    },
  );
});

describe("GET /definitions/{definitionId}", () => {
  test.each([undefined, "", "..", "a b", "__proto__", "x".repeat(65)])("refuses the id %j", (definitionId) => {
    const event = request("GET /definitions/{definitionId}", { pathParameters: { definitionId } });
    expect(errorOf(event).path).toBe("$.pathParameters.definitionId");
  });
});

describe("who asks", () => {
  const callerOf = (authorizer: unknown) => {
    const parsed = parseEvent(
      request("GET /definitions", { requestContext: { requestId: "r", authorizer } }),
      bindings,
    );
    return parsed.type === "http" ? parsed.by : undefined;
  };

  test.each([
    [{ iam: { userArn: "arn:aws:sts::1:assumed-role/ops/ada" } }, "arn:aws:sts::1:assumed-role/ops/ada"],
    [{ iam: {} }, "iam"],
    [{ jwt: { claims: { sub: "ada" }, scopes: ["refluxo/read"] } }, "jwt:ada"],
    [{ jwt: { claims: { client_id: "batch" } } }, "jwt:batch"],
    [{ jwt: {} }, "jwt:unnamed"],
    [{ lambda: { userArn: "arn:forged" } }, undefined],
    [undefined, undefined],
  ])("by %j is %j", (authorizer, caller) => {
    expect(callerOf(authorizer)).toBe(caller);
  });
});

describe("Idempotency-Key", () => {
  const start = (key: string, body: object = {}) =>
    requestWith(
      "POST /workflows",
      { definitionId: "d", ...body },
      {
        headers: { "Content-Type": "application/json", "Idempotency-Key": key },
      },
    );
  const idOf = (event: unknown) => {
    const command = commandOf(event);
    return command?.type === "start" ? command.workflowId : undefined;
  };

  test("makes the id of the workflow: the same key, the same one", () => {
    expect(idOf(start("a"))).toMatch(/^key-[0-9a-f]{40}$/);
    expect(idOf(start("a"))).toBe(idOf(start("a", { input: 1 })));
    expect(idOf(start("a"))).not.toBe(idOf(start("b")));
  });

  test("beside an id is refused: either one names the start", () => {
    expect(errorOf(start("a", { workflowId: "w" })).path).toBe("$.body.workflowId");
  });

  test.each(["", " ", "a b", "ä", "x".repeat(256), "a\r\nx: y"])("may not be %j", (key) => {
    expect(errorOf(start(key)).path).toBe("$.headers.idempotency-key");
  });
});
