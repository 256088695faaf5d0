import { beforeAll, describe, expect, test } from "vitest";
import { createApiHandler } from "../../../src/platforms/aws/create-api-handler.ts";
import type { LambdaHandler } from "../../../src/platforms/aws/create-dispatcher-handler.ts";
import { Harness } from "../../dispatcher/harness.ts";
import { request } from "../../triggers/http-request.ts";
import { bindings } from "../../triggers/sample.ts";
import { lambdaContext } from "./lambda-context.ts";

/** What Lambda takes as the whole answer of a synchronous invocation, bytes of its JSON. */
const maxAnswerBytes = 6_291_556;

/** Of quotes alone, since each is escaped twice: in the body, and in the answer around it. JSON of just below 8 KB. */
const result = '"'.repeat(4_080);
const laps = 800;
/** As many as are shown whole, though not by much. */
const fewLaps = 300;

const harness = new Harness({
  workflows: [
    {
      id: "laps",
      startNodeId: "lap",
      nodes: [{ id: "lap", type: "lap", data: {} }],
      edges: [{ id: "again", source: "lap", target: "lap", sourceHandle: "again" }],
    },
  ],
  nodes: {
    lap: {
      handles: ["again", "end"],
      executor: async (_data, _context, _payload, _globals, step) => {
        const isLast = step !== undefined && step.version >= (step.workflowId === "few" ? fewLaps : laps) - 1;
        return { data: result, nextHandle: isLast ? "end" : "again" };
      },
    },
  },
});
const platform = { bindings, clock: harness.clock, close: () => undefined };
let handler: LambdaHandler;

/** The JSON of an answer; fails when the answer is no 200, or more than Lambda takes. */
async function read(routeKey: string, workflowId: string, query: Record<string, string> = {}) {
  const event = request(routeKey, { pathParameters: { workflowId }, queryStringParameters: query });
  const answer = await handler(event, lambdaContext());
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(maxAnswerBytes);
  expect(answer).toMatchObject({ statusCode: 200 });
  const { body } = answer as { readonly body: string };
  return JSON.parse(body);
}

beforeAll(async () => {
  const dispatcher = harness.dispatcher();
  const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => logger };
  handler = createApiHandler({ ...platform, dispatcher: harness.dispatcher(), logger });
  for (const workflowId of ["many", "few"]) {
    await harness.start(workflowId, "laps", '"'.repeat(4_000), dispatcher);
    while ((await harness.poll(dispatcher)) > 0);
  }
});
const ignore = () => undefined;

describe("a workflow whose results are more than Lambda answers", () => {
  test("is shown without them, and says where they are", async () => {
    expect(laps * JSON.stringify(result).length).toBeGreaterThan(maxAnswerBytes);
    expect(await read("GET /workflows/{workflowId}", "many")).toMatchObject({
      workflowId: "many",
      status: "completed",
      version: laps,
      input: expect.any(String),
      context: { $reference: { href: "/workflows/many/history" } },
    });
  });

  test("has every result in its history, whose pages stay within the limit", async () => {
    const outputs: unknown[] = [];
    let pages = 0;
    let query: Record<string, string> = {};
    for (;;) {
      const { entries, nextCursor } = await read("GET /workflows/{workflowId}/history", "many", query);
      outputs.push(...entries.map(({ output }: { readonly output: unknown }) => output));
      pages += 1;
      if (nextCursor === undefined) break;
      query = { cursor: nextCursor };
    }
    expect(outputs).toEqual(Array.from({ length: laps }, () => result));
    expect(pages).toBeGreaterThan(6);
  });
});

test("a workflow whose results fit is shown with every one", async () => {
  const { context } = await read("GET /workflows/{workflowId}", "few");
  expect(context.lap).toHaveLength(fewLaps);
});
