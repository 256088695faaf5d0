import type { LedgerLine } from "./ledger.ts";

/** What the table says of a version: the digest of its transition, its claims, and whether a step made it. */
export interface TableVersion {
  readonly digest: string | undefined;
  readonly claimCount: number;
  readonly isStep: boolean;
}

/** Why nodes ran again, in runs, and what no reason excuses. */
export interface LedgerFindings {
  readonly violations: readonly string[];
  readonly runs: number;
  readonly repeated: Readonly<Record<Excuse, number>>;
}

/** `expired`: the claim ran out though its owner was neither killed nor cut off from the emulators. */
type Excuse = "killed" | "outage" | "thrown" | "expired";

type Run = LedgerLine & { type: "run" };
type Claim = LedgerLine & { type: "claim" };

interface VersionLines {
  readonly runs: Run[];
  readonly claims: Claim[];
  readonly releases: (LedgerLine & { type: "release" })[];
  readonly digests: Set<string>;
}

/** How long after its run a step may still be at its commit, ms: the client's limits and a busy machine. */
const commitSlackMs = 10_000;

/**
 * Holds the effects ledger against the table: a version has one committed successor, the one in the table (I2, I8);
 * it ran once, and once more for each crash, throw and expired claim (I7); and never without a claim (I3).
 */
export function checkLedger(lines: readonly LedgerLine[], table: ReadonlyMap<string, TableVersion>): LedgerFindings {
  const versions = groupByVersion(lines);
  const kills = lines.filter((line) => line.type === "kill");
  const outages = lines.filter((line) => line.type === "outage");
  const violations: string[] = [];
  const repeated = { killed: 0, outage: 0, thrown: 0, expired: 0 };
  const excuseOf = (run: Run, next: Run, { claims, releases }: VersionLines): Excuse | undefined => {
    const claim = claimOf(run, claims);
    const until = (claim?.expiresAt ?? run.at) + commitSlackMs;
    if (kills.some(({ pid, at }) => pid === run.pid && at >= run.at && at <= until)) return "killed";
    if (outages.some((outage) => outage.at <= until && outage.until >= run.at)) return "outage";
    if (releases.some(({ pid, at }) => pid === run.pid && at >= run.at && at <= next.at)) return "thrown";
    return claim !== undefined && claim.expiresAt <= next.at ? "expired" : undefined;
  };
  let runs = 0;
  for (const [key, version] of versions) {
    const stored = table.get(key);
    runs += version.runs.length;
    for (const digest of version.digests) {
      if (digest !== stored?.digest)
        violations.push(`I2: ${key} was committed as ${digest}, and the table has another`);
    }
    if (version.runs.length > (stored?.claimCount ?? 0)) {
      violations.push(`I7: ${key} ran ${version.runs.length} times with ${stored?.claimCount ?? 0} claims`);
    }
    for (const [index, run] of version.runs.entries()) {
      if (claimOf(run, version.claims) === undefined) violations.push(`I3: ${key} ran in ${run.pid} without a claim`);
      const next = version.runs[index + 1];
      if (next === undefined) continue;
      const excuse = excuseOf(run, next, version);
      if (excuse === undefined) violations.push(`I7: ${key} ran again after a run that nothing ended`);
      else repeated[excuse] += 1;
    }
  }
  for (const [key, { digest, isStep }] of table) {
    const hasRun = (versions.get(key)?.runs.length ?? 0) > 0;
    if (digest !== undefined && isStep && !hasRun) violations.push(`I7: ${key} was committed and never ran`);
  }
  return { violations, runs, repeated };
}

/** The claim that a run was made under: the newest of its process before it. */
function claimOf(run: Run, claims: readonly Claim[]): Claim | undefined {
  return claims.findLast(({ pid, at }) => pid === run.pid && at <= run.at);
}

function groupByVersion(lines: readonly LedgerLine[]): ReadonlyMap<string, VersionLines> {
  const versions = new Map<string, VersionLines>();
  for (const line of lines) {
    if (!("workflowId" in line)) continue;
    const key = `${line.workflowId}#${line.version}`;
    const entry = versions.get(key) ?? { runs: [], claims: [], releases: [], digests: new Set() };
    versions.set(key, entry);
    if (line.type === "run") entry.runs.push(line);
    else if (line.type === "claim") entry.claims.push(line);
    else if (line.type === "release") entry.releases.push(line);
    else entry.digests.add(line.digest);
  }
  return versions;
}
