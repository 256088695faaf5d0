import { describe, expect, test } from "vitest";
import type { TriggerBindings } from "../../src/contracts/trigger-bindings.ts";
import { parseEvent } from "../../src/triggers/index.ts";
import { bridged, classic } from "./created-object.ts";
import { errorOf } from "./error-of.ts";
import { bindings, readSample } from "./sample.ts";

function commandsOf(event: unknown, bound: TriggerBindings = bindings) {
  const parsed = parseEvent(event, bound);
  return parsed.type === "commands" ? parsed.commands : [];
}

function startOf(event: unknown) {
  const [command] = commandsOf(event);
  if (command?.type !== "start") throw new Error(`expected a start, got ${command?.type}`);
  return command;
}

describe("a classic S3 notification", () => {
  test("starts the bound definition on the decoded key", () => {
    const parsed = parseEvent(readSample("s3.json"), bindings);
    expect(parsed).toEqual({
      type: "commands",
      source: "s3",
      commands: [
        {
          type: "start",
          schemaVersion: 1,
          definitionId: "csv-import",
          workflowId: expect.stringMatching(/^s3-[0-9a-f]{40}$/),
          input: {
            bucket: "refluxo-dispatcher-upload-bucket",
            key: "uploads/products 2026-11 äöü.csv",
            sizeBytes: 6605,
            etag: "a23a75b02495f606e97aabe1c65d2dd8",
            region: "eu-central-1",
          },
        },
      ],
    });
  });

  test.each([
    ["a+b.csv", "a b.csv"],
    ["a%2Bb.csv", "a+b.csv"],
    ["100%25.csv", "100%.csv"],
    ["x/%E6%97%A5%E6%9C%AC.csv", "x/日本.csv"],
    ["%F0%9F%90%99.csv", "🐙.csv"],
  ])("decodes the key %s", (encoded, key) => {
    expect(startOf(classic({ key: encoded })).input).toMatchObject({ key });
  });

  test.each(["%.csv", "%E4%F6.csv", "a%zz.csv"])("refuses the key %s, which is no encoded key", (key) => {
    expect(errorOf(classic({ key }))).toMatchObject({ code: "input.invalid", path: "$.Records.0.s3.object.key" });
  });

  test.each([
    "ObjectCreated:Post",
    "ObjectCreated:Copy",
    "ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectCreated:Put",
  ])("%s starts a workflow", (eventName) => {
    expect(startOf(classic({}, eventName)).definitionId).toBe("csv-import");
  });

  test.each(["ObjectRemoved:Delete", "ObjectRestore:Post", "ObjectTagging:Put"])("%s is ignored", (eventName) => {
    const removed = classic({ size: undefined, eTag: undefined }, eventName);
    expect(commandsOf(removed)).toEqual([{ type: "ignore", reason: expect.stringContaining(eventName) }]);
  });

  test("a key that no binding fits is ignored, with the reason", () => {
    const reason = "no definition is bound to the object's key";
    expect(commandsOf(classic({ key: "photo.png" }))).toEqual([{ type: "ignore", reason }]);
  });

  test("the first binding whose prefix and suffix fit the decoded key wins", () => {
    const bound: TriggerBindings = {
      objectCreated: [
        { keyPrefix: "in box/", keySuffix: ".csv", definitionId: "first" },
        { keyPrefix: "in box/", definitionId: "second" },
        { definitionId: "rest" },
      ],
      schedules: [],
    };
    const definitionOf = (key: string) => commandsOf(classic({ key }), bound)[0];
    expect(definitionOf("in+box/a.csv")).toMatchObject({ definitionId: "first" });
    expect(definitionOf("in+box/a.txt")).toMatchObject({ definitionId: "second" });
    expect(definitionOf("in%2Bbox/a.csv")).toMatchObject({ definitionId: "rest" });
  });

  test("every record gives a command, in order", () => {
    const records = [...classic({ key: "1.csv" }).Records, ...classic({ key: "2.png" }).Records];
    expect(commandsOf({ Records: records }).map(({ type }) => type)).toEqual(["start", "ignore"]);
  });

  test("the version stands in the input, save where there is none", () => {
    expect(startOf(classic({ versionId: "v7" })).input).toMatchObject({ versionId: "v7" });
    for (const versionId of ["null", "", null, undefined]) {
      expect(startOf(classic({ versionId })).input).not.toHaveProperty("versionId");
    }
  });

  test.each([
    [{ key: "" }, "$.Records.0.s3.object.key"],
    [{ key: 5 }, "$.Records.0.s3.object.key"],
    [{ size: -1 }, "$.Records.0.s3.object.size"],
    [{ size: "5" }, "$.Records.0.s3.object.size"],
    [{ eTag: null }, "$.Records.0.s3.object.eTag"],
  ])("an object with %j is refused with its path", (object, path) => {
    expect(errorOf(classic(object))).toMatchObject({ code: "input.invalid", path });
  });
});

describe("one object version", () => {
  const idOf = (event: unknown) => startOf(event).workflowId;

  test("starts one workflow whatever the kind of its notification", () => {
    expect(idOf(classic())).toBe(idOf(bridged()));
    expect(idOf(classic({ versionId: "v1", sequencer: "00A1" }))).toBe(
      idOf(bridged({ "version-id": "v1", sequencer: "" })),
    );
    expect(idOf(classic({ key: "r%C3%B6d+1.csv" }))).toBe(idOf(bridged({ key: "röd 1.csv" })));
    expect(idOf(classic({ versionId: "null" }))).toBe(idOf(bridged()));
    expect(idOf(classic({ sequencer: undefined }))).toBe(idOf(bridged({ sequencer: undefined })));
  });

  test("another version, sequencer, key or bucket is another workflow", () => {
    const other = classic();
    for (const record of other.Records) record.s3.bucket.name = "other";
    const events = [
      classic(),
      classic({ versionId: "v1" }),
      classic({ versionId: "v2" }),
      classic({ sequencer: "00A2" }),
      classic({ sequencer: undefined }),
      classic({ key: "b.csv" }),
      other,
    ];
    expect(new Set(events.map(idOf)).size).toBe(events.length);
  });
});
