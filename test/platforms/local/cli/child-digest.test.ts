import { expect, test } from "vitest";
import { StepPrinter } from "../../../../src/platforms/local/cli/step-printer.ts";

/** What is printed about a parent with so many children of one step, without the times. */
function printChildren(count: number, hasFailed: (index: number) => boolean = () => false): readonly string[] {
  const lines: string[] = [];
  const printer = new StepPrinter((line) => lines.push(line.slice(13).trimStart()));
  const idOf = (index: number) => `p.1.${index}`;
  for (let index = 0; index < count; index += 1) startChild(printer, idOf(index), "p");
  for (let index = 0; index < count; index += 1) endStep(printer, idOf(index), hasFailed(index));
  printer.info("children joined", { workflowId: "p", version: 1, failed: 0 });
  return lines;
}

function startChild(printer: StepPrinter, workflowId: string, parentId: string): void {
  printer.info("workflow started", { workflowId, version: 0, nodeId: "a", definitionId: "child", parentId });
}

/** As the dispatcher logs it: of a record's own child logger. */
function endStep(printer: StepPrinter, workflowId: string, hasFailed: boolean): void {
  const fields = { workflowId, version: 0, nodeId: "a", status: hasFailed ? "failed" : "completed", durationMs: 1 };
  const logger = printer.child({ messageId: "m" });
  if (hasFailed) logger.warn("step failed", fields);
  else logger.info("step committed", fields);
}

test("two children are shown step by step, and nobody counts them", () => {
  expect(printChildren(2)).toEqual([
    "p.1.0 v0 a workflow started definitionId=child",
    "p.1.1 v0 a workflow started definitionId=child",
    "p.1.0 v0 a → completed (1 ms)",
    "p.1.1 v0 a → completed (1 ms)",
    "p v1 children joined failed=0",
  ]);
});

test("of a hundred children two are shown, and how many have ended", () => {
  const lines = printChildren(100);
  expect(lines.slice(4)).toEqual([
    "p 10 children have ended",
    "p 20 children have ended",
    "p 50 children have ended",
    "p 100 children have ended",
    "p v1 children joined failed=0",
  ]);
});

test("of ten thousand children that all fail, a page is shown", () => {
  const lines = printChildren(10_000, () => true);
  expect(lines.length).toBeLessThan(25);
  expect(lines.filter((line) => line.startsWith("!"))).toHaveLength(3);
  expect(lines.at(-2)).toBe("p 10000 children have ended, 10000 of them failed");
});

test("what children of a hidden child do is not shown", () => {
  const lines: string[] = [];
  const printer = new StepPrinter((line) => lines.push(line));
  for (let index = 0; index < 3; index += 1) startChild(printer, `p.1.${index}`, "p");
  const before = lines.length;
  for (let index = 0; index < 20; index += 1) startChild(printer, `p.1.2.1.${index}`, "p.1.2");
  for (let index = 0; index < 20; index += 1) endStep(printer, `p.1.2.1.${index}`, true);
  expect([before, lines.length]).toEqual([2, 2]);
});

test("a workflow that looks like a child by its id and is none is shown, and whoever watches hears of every start", () => {
  const lines: string[] = [];
  const started: string[] = [];
  const printer = new StepPrinter(
    (line) => lines.push(line),
    (workflowId) => started.push(workflowId),
  );
  for (let index = 0; index < 5; index += 1) {
    printer.info("workflow started", { workflowId: `release.1.${index}`, definitionId: "d", parentId: undefined });
  }
  expect([lines.length, started.length]).toEqual([5, 5]);
  for (let index = 0; index < 5; index += 1) startChild(printer, `p.1.${index}`, "p");
  expect([lines.length, started.length]).toEqual([7, 10]);
});
