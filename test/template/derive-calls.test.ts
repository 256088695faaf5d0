import { describe, expect, test } from "vitest";
import { readCalls } from "./derive-calls.ts";

/** A bundle with one file of the project. */
const bundleOf = (text: string) => `import x from "y";\n// platforms/aws/some.ts\n${text}\n`;

describe("the calls of a bundle", () => {
  test("are the commands that its files import, each with its file", () => {
    const bundle = `
// engine/a.ts
function firstCommand() {}

// platforms/aws/b.ts
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  QueryCommand as QueryCommand2
} from "@aws-sdk/client-dynamodb";
new GetItemCommand({});

// platforms/aws/c.ts
import { GetItemCommand as GetItemCommand2 } from "@aws-sdk/client-dynamodb";
new GetItemCommand2(QueryCommand2);
`;
    expect(readCalls(bundle)).toEqual([
      { command: "GetItemCommand", source: "platforms/aws/b.ts" },
      { command: "QueryCommand", source: "platforms/aws/b.ts" },
      { command: "GetItemCommand", source: "platforms/aws/c.ts" },
    ]);
  });

  test("are found where the SDK is imported when it is first needed", () => {
    const lazy = 'const { GetSecretValueCommand } = await import("@aws-sdk/client-secrets-manager");';
    expect(readCalls(bundleOf(lazy))).toEqual([{ command: "GetSecretValueCommand", source: "platforms/aws/some.ts" }]);
  });

  test("are not what a file imports and nothing uses: tree shaking leaves the import of what it took away", () => {
    const text = 'import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";\nnew PutItemCommand({});';
    expect(readCalls(bundleOf(text)).map(({ command }) => command)).toEqual(["PutItemCommand"]);
  });

  test("are found under whatever name a file imports them", () => {
    const text = 'import { PutItemCommand as put$ } from "@aws-sdk/client-dynamodb";\nsend(new put$({}));';
    expect(readCalls(bundleOf(text)).map(({ command }) => command)).toEqual(["PutItemCommand"]);
  });

  test("are none where an import is left over", () => {
    expect(readCalls(bundleOf('import "@aws-sdk/client-s3";'))).toEqual([]);
  });

  test.each([
    'import * as s3 from "@aws-sdk/client-s3";',
    'export { GetObjectCommand } from "@aws-sdk/client-s3";',
    'var s3 = __require("@aws-sdk/client-s3");',
  ])("cannot be told of %s", (text) => {
    expect(() => readCalls(bundleOf(text))).toThrow("platforms/aws/some.ts imports an SDK package as a whole");
  });

  test.each(["S3", "paginateQuery", "waitUntilBucketExists"])("cannot be told of the SDK's %s", (name) => {
    const text = `import { S3Client, ${name} } from "@aws-sdk/client-s3";`;
    expect(() => readCalls(bundleOf(text))).toThrow(`platforms/aws/some.ts imports ${name} of the SDK`);
  });
});
