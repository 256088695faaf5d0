import { describe, expect, test } from "vitest";
import { checkLedger } from "./check-ledger.ts";
import type { LedgerLine } from "./ledger.ts";

const ofVersion = { workflowId: "w", version: 0 };
const claim = (at: number, pid: number, count: number): LedgerLine => ({
  type: "claim",
  ...ofVersion,
  at,
  pid,
  expiresAt: at + 6_000,
  count,
});
const run = (at: number, pid: number): LedgerLine => ({
  type: "run",
  ...ofVersion,
  at,
  pid,
  stepKey: "w#n#0",
  attempt: 1,
  isAsking: false,
});
const commit = (at: number, pid: number, digest = "d"): LedgerLine => ({
  type: "commit",
  ...ofVersion,
  at,
  pid,
  digest,
  hasEnded: false,
});

function check(lines: readonly LedgerLine[], claimCount = 2) {
  return checkLedger(lines, new Map([["w#0", { digest: "d", claimCount, isStep: true }]]));
}

describe("the ledger's judge", () => {
  test("takes one claim, one run and one commit for a version as it should be", () => {
    const found = check([claim(0, 1, 1), run(1, 1), commit(2, 1)], 1);
    expect(found).toEqual({
      violations: [],
      runs: 1,
      repeated: { killed: 0, outage: 0, thrown: 0, expired: 0 },
    });
  });

  test("excuses a second run by the kill of the first one's process", () => {
    const kill = { type: "kill", at: 5, pid: 1 } as const;
    const found = check([claim(0, 1, 1), run(1, 1), kill, claim(7_000, 2, 2), run(7_001, 2), commit(7_002, 2)]);
    expect(found).toMatchObject({ violations: [], repeated: { killed: 1 } });
  });

  test("excuses it by an outage, a throw or an expired claim as well, and counts each by its kind", () => {
    const first = [claim(0, 1, 1), run(1, 1)];
    const second = (at: number) => [claim(at, 2, 2), run(at + 1, 2), commit(at + 2, 2)];
    const outage = { type: "outage", at: 2, until: 900 } as const;
    expect(check([...first, outage, ...second(1_000)]).repeated.outage).toBe(1);
    const release = { type: "release", ...ofVersion, at: 3, pid: 1 } as const;
    expect(check([...first, release, ...second(1_000)])).toMatchObject({ violations: [], repeated: { thrown: 1 } });
    expect(check([...first, ...second(7_000)])).toMatchObject({ violations: [], repeated: { expired: 1 } });
  });

  test("reports a second run that nothing excuses, a kill of another process included (I7)", () => {
    const kill = { type: "kill", at: 5, pid: 3 } as const;
    const found = check([claim(0, 1, 1), run(1, 1), kill, claim(1_000, 2, 2), run(1_001, 2), commit(1_002, 2)]);
    expect(found.violations).toEqual(["I7: w#0 ran again after a run that nothing ended"]);
  });

  test("reports more runs than claims (I7), and a run without a claim (I3)", () => {
    const found = check([claim(0, 1, 1), run(1, 1), { type: "kill", at: 2, pid: 1 }, run(1_001, 2)], 1);
    expect(found.violations).toEqual(["I7: w#0 ran 2 times with 1 claims", "I3: w#0 ran in 2 without a claim"]);
  });

  test("reports a commit that is not the table's (I2), and one of a step that never ran", () => {
    const found = check([claim(0, 1, 1), run(1, 1), commit(2, 1), commit(3, 2, "other")]);
    expect(found.violations).toEqual(["I2: w#0 was committed as other, and the table has another"]);
    expect(check([]).violations).toEqual(["I7: w#0 was committed and never ran"]);
  });
});
