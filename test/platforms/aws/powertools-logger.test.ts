import { Logger } from "@aws-lambda-powertools/logger";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PowertoolsLoggerAdapter } from "../../../src/platforms/aws/powertools-logger.ts";

const lines: Record<string, unknown>[] = [];

beforeEach(() => {
  // Powertools then writes through the global console rather than one of its own.
  vi.stubEnv("POWERTOOLS_DEV", "true");
  for (const method of ["debug", "info", "warn", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((line: string) => lines.push(JSON.parse(line)));
  }
});
afterEach(() => {
  lines.length = 0;
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const logger = () => new PowertoolsLoggerAdapter(new Logger({ logLevel: "DEBUG", serviceName: "test" }));

describe("a log line", () => {
  test("carries the fields of the call", () => {
    logger().info("stepped", { workflowId: "w", version: 3 });
    expect(lines).toMatchObject([{ level: "INFO", message: "stepped", workflowId: "w", version: 3 }]);
  });

  test("carries the fields of every parent, the nearest first", () => {
    const child = logger().child({ workflowId: "w", version: 1 }).child({ version: 2, nodeId: "charge" });
    child.info("stepped", { nodeId: "ship" });
    child.warn("again");
    expect(lines).toMatchObject([
      { workflowId: "w", version: 2, nodeId: "ship" },
      { level: "WARN", workflowId: "w", version: 2, nodeId: "charge" },
    ]);
  });

  test("leaves parents and siblings as they are", () => {
    const parent = logger();
    parent.child({ workflowId: "w" }).debug("from the child", { version: 1 });
    parent.debug("from the parent");
    expect(lines[1]).not.toHaveProperty("workflowId");
    expect(lines[1]).not.toHaveProperty("version");
  });

  test("carries an error with its cause", () => {
    logger().error("failed", { workflowId: "w" }, new Error("outer", { cause: new TypeError("inner") }));
    expect(lines).toMatchObject([
      { level: "ERROR", workflowId: "w", error: { message: "outer", cause: { name: "TypeError", message: "inner" } } },
    ]);
  });

  test("says only the type of what was thrown without being an error: it may be a payload (I16)", () => {
    logger().warn("failed", {}, { card: "4111" });
    expect(lines).toMatchObject([{ error: { message: "Thrown: object" } }]);
    expect(JSON.stringify(lines)).not.toContain("4111");
  });

  test("has no error where there was none", () => {
    logger().error("odd");
    expect(lines[0]).not.toHaveProperty("error");
  });
});
