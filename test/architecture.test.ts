import { describe, expect, test } from "vitest";
import { checkImports, targetOf } from "./architecture/check-imports.ts";
import { checkEnvironmentAccess, checkSource } from "./architecture/check-source.ts";
import { exceptions, faces } from "./architecture/rooms.ts";
import { importsOf, readSourceFiles, type SourceFile } from "./architecture/source-file.ts";

const files = readSourceFiles("src");
const code = files.filter(({ path }) => path.endsWith(".ts"));

describe("the house (DESIGN 2)", () => {
  test("is read whole", () => {
    for (const face of faces) expect(code.map(({ path }) => path)).toContain(face);
    expect(code.flatMap(importsOf).length).toBeGreaterThan(400);
  });

  test("every file imports only what its room may", () => {
    expect(code.flatMap(checkImports)).toEqual([]);
  });

  test("every file is small, kebab-case, without default export; clock and chance live in platforms", () => {
    expect(files.flatMap(checkSource)).toEqual([]);
  });

  test("one file per platform reads the environment, and no other file does", () => {
    expect(checkEnvironmentAccess(code)).toEqual([]);
  });

  test.each(exceptions)("the exception for $from is still needed: $reason", ({ from, to }) => {
    const targets = code
      .filter(({ path }) => path === from)
      .flatMap((file) => importsOf(file).map(({ specifier = "" }) => targetOf(file, specifier)));
    expect(targets).toContain(to);
  });
});

const sourceFile = (path: string, text: string): SourceFile => ({ path, text });

describe("the check of imports", () => {
  test.each([
    ["src/engine/a.ts", 'import { createHash } from "node:crypto";'],
    ["src/engine/a.ts", 'import * as v from "valibot";'],
    ["src/engine/a.ts", 'import { parse } from "../contracts/parse-error.ts";'],
    ["src/engine/a.ts", 'import type { Clock } from "../ports/clock.ts";'],
    ["src/engine/a.ts", 'import "../ports/clock.ts";'],
    ["src/engine/a.ts", 'const clock = await import("../ports/clock.ts");'],
    ["src/engine/a.ts", 'let clock: import("../ports/clock.ts").Clock;'],
    ["src/engine/a.ts", "const clock = await import(name);"],
    ["src/engine/a.ts", 'const crypto = require("node:crypto");'],
    ["src/engine/a.ts", 'export { parse } from "../contracts/parse-error.ts";'],
    ["src/engine/a.ts", 'export * from "../contracts/parse-error.ts";'],
    ["src/engine/a.ts", 'import {\n  a,\n  b,\n} from "../ports/clock.ts";'],
    ["src/contracts/a.ts", 'import { WorkflowEngine } from "../engine/index.ts";'],
    ["src/contracts/a.ts", 'import { type Node, WorkflowEngine } from "../engine/index.ts";'],
    ["src/contracts/a.ts", 'import { RefluxoError } from "../engine/refluxo-error.ts";'],
    ["src/contracts/a.ts", 'import { createHash } from "node:crypto";'],
    ["src/triggers/a.ts", 'import { RefluxoError } from "../engine/index.ts";'],
    ["src/triggers/a.ts", 'import { handler } from "aws-lambda";'],
    ["src/triggers/a.ts", 'import type { StepQueue } from "../ports/step-queue.ts";'],
    ["src/ports/a.ts", 'import { isTerminal } from "../engine/index.ts";'],
    ["src/nodes/a.ts", 'import { createDispatcher } from "../dispatcher/index.ts";'],
    ["src/dispatcher/a.ts", 'import { approval } from "../nodes/index.ts";'],
    ["src/dispatcher/a.ts", 'import { Logger } from "@aws-lambda-powertools/logger";'],
    ["src/dispatcher/a.ts", 'import { foldTransitions } from "../engine/fold-transitions.ts";'],
    ["src/dispatcher/a.ts", 'import type { SQSEvent } from "aws-lambda";'],
    ["src/workflows/a.ts", 'import { S3BlobStore } from "../platforms/aws/s3-blob-store.ts";'],
    ["src/workflows/b/a.ts", 'import { given } from "../../nodes/given.ts";'],
    ["src/workflows/a.ts", 'import { createDispatcher } from "../dispatcher/index.ts";'],
    ["src/platforms/aws/a.ts", 'import { SimulatedClock } from "../memory/index.ts";'],
    ["src/platforms/aws/a.ts", 'import { localLog } from "../local/local-log.ts";'],
    ["src/platforms/aws/a.ts", 'import { readFileSync } from "node:fs";'],
    ["src/platforms/aws/a.ts", 'import { handler } from "aws-lambda";'],
    ["src/platforms/local/a.ts", 'import { SimulatedClock } from "../memory/index.ts";'],
    ["src/platforms/memory/a.ts", 'import { createHash } from "node:crypto";'],
    ["src/platforms/memory/a.ts", 'import { systemClock } from "../aws/system-clock.ts";'],
    ["src/platforms/azure/a.ts", 'import { isTerminal } from "../../engine/index.ts";'],
    ["src/common/a.ts", ""],
    ["src/engine/a.ts", 'import { a } from "../../test/dispatcher/harness.ts";'],
  ])("refuses in %s: %s", (path, text) => {
    const problems = checkImports(sourceFile(path, text));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(path);
  });

  test.each([
    ["src/engine/a.ts", 'import { appendResult } from "./context.ts";\nexport type { Node } from "./definition.ts";'],
    ["src/engine/a.ts", '// import { a } from "node:fs";\n/*\nimport { a } from "node:fs";\n*/'],
    ["src/contracts/a.ts", 'import type { Node } from "../engine/index.ts";\nimport * as v from "valibot";'],
    ["src/contracts/a.ts", 'import { type Node, type Edge } from "../engine/index.ts";'],
    ["src/contracts/parse-error.ts", 'import { RefluxoError } from "../engine/refluxo-error.ts";'],
    ["src/triggers/a.ts", 'import type { SQSEvent } from "aws-lambda";\nimport { createHash } from "node:crypto";'],
    ["src/ports/a.ts", 'import type { WorkflowStatus } from "../engine/index.ts";'],
    ["src/dispatcher/a.ts", 'import { BasePersistenceLayer } from "@aws-lambda-powertools/idempotency/persistence";'],
    ["src/workflows/a.ts", 'import type { NodeGlobals } from "../ports/node-globals.ts";'],
    ["src/platforms/local/a.ts", 'import { SqsStepQueue } from "../aws/sqs-step-queue.ts";\nawait import(url);'],
    ["src/platforms/memory/a.ts", 'import type { Clock } from "../../ports/clock.ts";'],
    ["src/testing/a.ts", 'import { SimulatedClock } from "../platforms/memory/index.ts";'],
  ])("allows in %s: %s", (path, text) => {
    expect(checkImports(sourceFile(path, text))).toEqual([]);
  });

  test("names the file and the import that offends", () => {
    expect(checkImports(sourceFile("src/engine/a.ts", 'import fs from "node:fs";'))).toEqual([
      "src/engine/a.ts imports node:fs: src/engine may not import this package",
    ]);
  });
});

describe("the check of sources", () => {
  test.each([
    ["src/engine/a.ts", "const now = Date.now();", "Date.now"],
    ["src/nodes/a.ts", "const now = new Date();", "new Date()"],
    ["src/dispatcher/a.ts", "const id = crypto.randomUUID();", "randomUUID"],
    ["src/workflows/a.ts", "if (Math.random() > 0.5) throw error;", "Math.random"],
    ["src/ports/a.ts", "setTimeout(run, 5);", "a timer"],
    ["src/platforms/memory/a.ts", "const now = Date.now();", "deterministic"],
    ["src/engine/compute-step.ts", "const id = Math.random();", "Math.random"],
    ["src/engine/a.ts", "export default 1;", "default export"],
    ["src/engine/a.ts", "export { a as default };", "default export"],
    ["src/engine/workflowEngine.ts", "", "kebab-case"],
    ["src/workflows/Order.json", "{}", "kebab-case"],
  ])("refuses in %s: %s", (path, text, reason) => {
    const problems = checkSource(sourceFile(path, text));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${path}: `);
    expect(problems[0]).toContain(reason);
  });

  test.each([
    ["src/engine/workflow-engine.ts", "const { clock = Date.now } = options;"],
    ["src/engine/a.ts", "// Date.now() is not used here\nconst at = new Date(0);"],
    ["src/platforms/aws/a.ts", "const now = Date.now();"],
    ["src/workflows/simulated-services/README.md", "# Simulated services"],
  ])("allows in %s: %s", (path, text) => {
    expect(checkSource(sourceFile(path, text))).toEqual([]);
  });

  test("refuses more than 250 lines", () => {
    const linesOf = (count: number) => sourceFile("src/engine/a.ts", "const a = 1;\n".repeat(count));
    expect(checkSource(linesOf(250))).toEqual([]);
    expect(checkSource(linesOf(251))).toEqual(["src/engine/a.ts: it has 251 lines, more than 250"]);
  });

  test("refuses to read the environment outside platforms, and in two files of one", () => {
    const read = "const table = process.env.TABLE_NAME;";
    const other = 'const table = process["env"];';
    const named = 'import { env } from "node:process";';
    expect(checkEnvironmentAccess([sourceFile("src/nodes/a.ts", read)])).toEqual(["src/nodes/a.ts: reads process.env"]);
    expect(checkEnvironmentAccess([sourceFile("src/nodes/a.ts", other)])).toHaveLength(1);
    expect(checkEnvironmentAccess([sourceFile("src/nodes/a.ts", named)])).toHaveLength(1);
    const [first, second] = ["src/platforms/aws/a.ts", "src/platforms/aws/b/c.ts"].map((path) =>
      sourceFile(path, read),
    );
    expect(checkEnvironmentAccess([first, second].filter((file) => file !== undefined))).toHaveLength(1);
    const local = sourceFile("src/platforms/local/a.ts", read);
    expect(checkEnvironmentAccess([local, sourceFile("src/platforms/aws/a.ts", read)])).toEqual([]);
    expect(checkEnvironmentAccess([sourceFile("src/nodes/a.ts", "// process.env is not read")])).toEqual([]);
  });
});
