import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { HandedOutSecrets, RedactingLogger } from "../../src/dispatcher/index.ts";
import { RefluxoError } from "../../src/engine/index.ts";
import type { LogFields, Logger } from "../../src/ports/logger.ts";

function logging() {
  const lines: { level: string; message: string; fields: LogFields | undefined; error: unknown }[] = [];
  const log = (level: string) => (message: string, fields?: LogFields, error?: unknown) => {
    lines.push({ level, message, fields, error });
  };
  const inner = (): Logger => ({
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    child: (fields) => {
      lines.push({ level: "child", message: "", fields, error: undefined });
      return inner();
    },
  });
  const handedOut = new HandedOutSecrets();
  handedOut.add("hunter2-hunter2");
  return { lines, logger: new RedactingLogger(inner(), handedOut) };
}

describe("a line with a secret", () => {
  test.each(["debug", "info", "warn", "error"] as const)("loses it at the level %s, in message and fields", (level) => {
    const { lines, logger } = logging();
    logger[level]("got hunter2-hunter2", { reason: "of hunter2-hunter2", count: 3, none: undefined });
    expect(lines).toEqual([
      {
        level,
        message: "got [secret]",
        fields: { reason: "of [secret]", count: 3, none: undefined },
        error: undefined,
      },
    ]);
  });

  test("loses it from a child's fields, and in the child's lines", () => {
    const { lines, logger } = logging();
    logger.child({ workflowId: "hunter2-hunter2" }).info("hunter2-hunter2");
    expect(lines).toMatchObject([{ fields: { workflowId: "[secret]" } }, { message: "[secret]" }]);
  });

  test("loses it from an error: message, stack, attributes and every cause", () => {
    const { lines, logger } = logging();
    const deepest = Object.assign(new TypeError("hunter2-hunter2"), { key: "hunter2-hunter2", attempts: 2 });
    const error = new RefluxoError("a.b", "outer hunter2-hunter2", {
      cause: new Error("middle", { cause: deepest }),
      isRetryable: true,
    });
    logger.warn("failed", {}, error);
    expect(lines).toMatchObject([
      {
        error: {
          name: "RefluxoError",
          code: "a.b",
          isRetryable: true,
          message: "outer [secret]",
          cause: { message: "middle", cause: { name: "TypeError", message: "[secret]", key: "[secret]", attempts: 2 } },
        },
      },
    ]);
    const stack = lines[0]?.error instanceof Error ? lines[0].error.stack : undefined;
    expect(stack).toMatch(/outer \[secret\]\n +at .*redacting-logger\.test/);
    expect(inspect(lines, { depth: 20, showHidden: true })).not.toContain("hunter2");
  });
});

describe("a payload", () => {
  test("in an error's attributes or cause, or thrown as it is, does not reach a line", () => {
    const { lines, logger } = logging();
    logger.error(
      "failed",
      {},
      Object.assign(new Error("broken", { cause: { card: "4111" } }), { body: { card: "4111" } }),
    );
    logger.error("failed", {}, { card: "4111" });
    logger.error("failed", {}, "4111");
    logger.error("failed", {}, new AggregateError([new Error("one"), "4111"], "two failed"));
    expect(inspect(lines, { depth: 20, showHidden: true })).not.toContain("4111");
    expect(lines).toMatchObject([
      { error: { message: "broken" } },
      { error: { message: "Thrown: object" } },
      { error: { message: "Thrown: string" } },
      { error: { message: "two failed" } },
    ]);
  });

  test("stays out, but an error of the SDK keeps its request's id, which AWS asks for", () => {
    const { lines, logger } = logging();
    const $metadata = { requestId: "r-1", httpStatusCode: 400 };
    logger.error("failed", {}, Object.assign(new Error("throttled"), { $metadata, $fault: "client" }));
    expect(lines).toMatchObject([{ error: { requestId: "r-1", $fault: "client" } }]);
    expect(lines[0]?.error).not.toHaveProperty("$metadata");
  });

  test("an error whose causes go round in a circle is cut off", () => {
    const { lines, logger } = logging();
    const error = new Error("round");
    error.cause = error;
    logger.error("failed", {}, error);
    expect(lines).toMatchObject([{ error: { message: "round", cause: { message: "round" } } }]);
    expect(JSON.stringify(inspect(lines, { depth: 50 })).match(/round/g)?.length).toBeLessThan(40);
  });
});
