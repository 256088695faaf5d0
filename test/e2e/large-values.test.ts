import { createHash } from "node:crypto";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientConfigs } from "../../src/platforms/local/cli/create-handlers.ts";
import { ApiUnderTest } from "./api-under-test.ts";
import { expectProblem } from "./expect-problem.ts";

/** A view whose one result is too large for it. */
const Reference = v.object({ key: v.string(), sizeBytes: v.number(), sha256: v.string() });
const Result = v.object({ output: v.strictObject({ $reference: Reference }) });
const View = v.object({ context: v.object({ ask: v.tuple([Result]) }) });

const api = new ApiUnderTest();
let s3: S3Client;
let Bucket: string | undefined;

beforeAll(async () => {
  await api.start();
  s3 = new S3Client(clientConfigs(api.stack.endpoints).s3);
  Bucket = api.stack.names["PayloadBucket"];
});
afterAll(async () => {
  s3.destroy();
  await api.stop();
});

/** A JSON document of about so many bytes, left where a caller may leave it. */
async function leave(Key: string, sizeBytes: number): Promise<unknown> {
  const value = { rows: Array.from({ length: sizeBytes / 20 }, (_, row) => ({ row, name: `row ${row}` })) };
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(value) }));
  return value;
}

describe("over HTTP", () => {
  test("an input of megabytes is started by the name of an object, and shown whole", async () => {
    const value = await leave("incoming/input.json", 1_000_000);
    const start = { definitionId: "ask", workflowId: "large-input", inputObject: { key: "incoming/input.json" } };
    expect((await api.post("/workflows", start)).status).toBe(202);
    expect((await api.post("/workflows", start)).status).toBe(202);
    await api.untilStatus("large-input", "paused");
    expect(await api.read("large-input")).toMatchObject({ version: 1, stepCount: 1, input: value });
  });

  test("a payload of megabytes answers a pause; beyond an answer's size the result is shown by reference", async () => {
    await api.ask("large-payload");
    const value = await leave("incoming/payload.json", 6_000_000);
    const resume = { version: 1, payloadObject: { key: "incoming/payload.json" } };
    expect((await api.resume("large-payload", resume)).status).toBe(202);
    await api.untilStatus("large-payload", "completed");
    expect((await api.resume("large-payload", resume)).status).toBe(202);
    const [{ output }] = v.parse(View, await api.read("large-payload")).context.ask;
    const found = output.$reference;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: found.key }));
    const text = (await Body?.transformToString()) ?? "";
    expect(JSON.parse(text)).toEqual({ answer: value });
    expect(createHash("sha256").update(text).digest("hex")).toBe(found.sha256);
  });

  test.each([
    ["is not there", { key: "incoming/nothing.json" }],
    ["lies elsewhere", { key: "imports/summary.json" }],
    ["has no key", {}],
    ["names a bucket", { bucket: "other", key: "incoming/input.json" }],
  ])("an object that %s is the caller's mistake", async (_how, inputObject) => {
    expectProblem(await api.post("/workflows", { definitionId: "ask", inputObject }), 400, "invalid");
  });
});
