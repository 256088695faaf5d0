import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { appendLine, LedgerReader } from "./ledger.ts";

const folder = mkdtempSync(join(tmpdir(), "refluxo-soak-ledger-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a reader gives each whole line once, and a half-written one when it is whole", () => {
  const path = join(folder, "ledger.jsonl");
  const reader = new LedgerReader(path);
  expect(reader.read()).toEqual([]);
  const kill = { type: "kill", at: 1, pid: 2 } as const;
  appendLine(path, kill);
  appendFileSync(path, '{"type":"kill","at":3,');
  expect(reader.read()).toEqual([kill]);
  appendFileSync(path, '"pid":4}\n');
  expect(reader.read()).toEqual([{ type: "kill", at: 3, pid: 4 }]);
  expect(reader.read()).toEqual([]);
});
