import { describe, expect, test } from "vitest";
import { StepPrinter } from "../../../../src/platforms/local/cli/step-printer.ts";
import type { LogFields } from "../../../../src/ports/logger.ts";

/** What a person reads of one line of the log, without its time. */
function printed(message: string, fields: LogFields, level: "info" | "warn" = "info"): string {
  const lines: string[] = [];
  new StepPrinter((line) => lines.push(line.slice("00:00:00.000 ".length)))
    .child({ workflowId: "w" })
    [level](message, fields);
  return lines.join("\n");
}

const step = { version: 2, nodeId: "car", status: "active", next: "mail", attempt: 1, durationMs: 4 };

describe("the steps as a person reads them", () => {
  test.each([
    ["step committed", {}, "→ active, then mail (4 ms)"],
    ["step committed", { status: "completed", next: undefined, attempt: 2 }, "→ completed (attempt 2, 4 ms)"],
    ["step error", { status: "error", next: "car" }, "→ error, again later (4 ms)"],
    ["step failed", { status: "failed", next: "car" }, "→ failed (4 ms)"],
    ["workflow is undone", { next: "cancel-hotel" }, "→ failed, what was done is undone, first by cancel-hotel (4 ms)"],
    ["step undid a visit", { undoes: "hotel", next: "cancel-flight" }, "→ hotel undone, then cancel-flight (4 ms)"],
    [
      "step undid a visit",
      { undoes: "flight", status: "failed", next: "car" },
      "→ flight undone, workflow failed (4 ms)",
    ],
  ])("%s with %j", (message, changes, text) => {
    expect(printed(message, { ...step, ...changes })).toBe(`  w v2 car ${text}`);
  });

  test("a pause that timed out leads to another node, a timer that is due does not", () => {
    const timer = { version: 3, nodeId: "ask", type: "timer", status: "active" };
    expect(printed("transition committed", { ...timer, next: "mail" })).toBe("  w v3 ask → timed out, then mail");
    expect(printed("transition committed", { ...timer, next: "ask" })).toBe(
      "  w v3 ask transition committed type=timer status=active next=ask",
    );
  });

  test("a warning is marked, and every other line shows its fields", () => {
    expect(printed("step error", { ...step, status: "error" }, "warn")).toBe("! w v2 car → error, again later (4 ms)");
    expect(printed("workflow started", { version: 0, definitionId: "d" })).toBe(
      "  w v0 workflow started definitionId=d",
    );
  });
});
