/**
 * Every call through which the simulated world is touched; "node" is the inside of a node, "queue.delete" the
 * acknowledgement, "incoming.read" reads what a caller left in place of a value.
 */
export const portCalls = [
  "store.load",
  "store.loadFrom",
  "store.glance",
  "store.glanceFrom",
  "store.createStart",
  "store.writeHead",
  "store.claim",
  "store.commit",
  "store.release",
  "store.moveCheck",
  "store.listDue",
  "store.putDefinition",
  "store.getDefinition",
  "children.putResult",
  "children.lastResult",
  "children.readResults",
  "children.putLane",
  "children.readLanes",
  "blobs.read",
  "blobs.write",
  "incoming.read",
  "queue.send",
  "queue.deadLetter",
  "queue.hide",
  "queue.delete",
  "keys.current",
  "keys.find",
  "node",
] as const;
export type PortCall = (typeof portCalls)[number];

/** What can happen to a port call. */
export const callFaults = [
  /** The process dies before the call is made. */
  "crash before",
  /** The process dies after the call was applied, before it hears the answer. */
  "crash after",
  /** The call is refused with an error and not applied. */
  "throttle",
  /** The call is applied and its answer lost: the caller gets an error. */
  "lost answer",
  /** The call is applied, its answer lost, and the client makes it again. */
  "retried",
  /** The call is made late: everything else that is pending goes first. */
  "delay",
  /** The process stands still before the call, past its deadline and what others do meanwhile, and then goes on. */
  "stall",
  /** The call is applied at once and answered late. */
  "late answer",
  /** A batch of which some entries fail. */
  "partial",
  /** A read of which the first items are older than the last ones. */
  "torn",
  /** The step function itself throws after its claim, outside of the node. */
  "broken step",
  /** A read of an object that is not found. */
  "missing",
  /** A read of an object that is not what was written. */
  "damaged",
] as const;
export type CallFault = (typeof callFaults)[number];

const special: Readonly<Partial<Record<CallFault, readonly PortCall[]>>> = {
  partial: ["queue.send"],
  torn: ["store.load", "store.loadFrom"],
  "broken step": ["store.claim"],
  missing: ["blobs.read"],
  damaged: ["blobs.read"],
};

/** Whether a fault can happen to a call. A node is not called twice by a client, and an acknowledgement has no caller. */
export function canHappen(call: PortCall, fault: CallFault): boolean {
  if (call === "node" && fault === "retried") return false;
  return special[fault]?.includes(call) ?? !(fault in special);
}

const faultsByCall = new Map(portCalls.map((call) => [call, callFaults.filter((fault) => canHappen(call, fault))]));

/** The faults that can happen to a call. */
export function faultsOf(call: PortCall): readonly CallFault[] {
  return faultsByCall.get(call) ?? [];
}

/** What can happen beside the calls. */
export const worldFaults = [
  "duplicate delivery",
  "visibility expiry",
  "queue purge",
  "clock skew",
  "frozen past its deadline",
  "killed at its deadline",
  "reordered receive",
  "kill inside a node",
  "invalid message",
  "older deployment",
  "caller gives up",
  "retry of a failure",
  "caught failure",
  "caught claims",
  "pause timeout",
  "undone visit",
  "undoing that fails",
  "undoing after a cancel",
  "continued step",
  "released step",
  "carried state",
  "old read",
] as const;
export type WorldFault = (typeof worldFaults)[number];

type Outcome = CallFault | "none";
type Row = Record<Outcome, number>;

function emptyRow(): Row {
  return {
    none: 0,
    "crash before": 0,
    "crash after": 0,
    throttle: 0,
    "lost answer": 0,
    retried: 0,
    delay: 0,
    stall: 0,
    "late answer": 0,
    partial: 0,
    torn: 0,
    "broken step": 0,
    missing: 0,
    damaged: 0,
  };
}

/** How often everything happened, as plain data. */
export interface CoverageCounts {
  readonly calls: readonly (readonly [PortCall, Row])[];
  readonly world: readonly (readonly [WorldFault, number])[];
}

/** How often everything happened. */
export class Coverage {
  readonly #rows = new Map(portCalls.map((call) => [call, emptyRow()]));
  readonly #world = new Map<WorldFault, number>();

  countCall(call: PortCall, outcome: Outcome): void {
    const row = this.#rows.get(call);
    if (row !== undefined) row[outcome] += 1;
  }

  countWorld(fault: WorldFault, times = 1): void {
    this.#world.set(fault, (this.#world.get(fault) ?? 0) + times);
  }

  get counts(): CoverageCounts {
    return { calls: [...this.#rows], world: [...this.#world] };
  }

  /** Adds what another process counted. */
  add({ calls, world }: CoverageCounts): void {
    for (const [call, counts] of calls) {
      const row = this.#rows.get(call);
      if (row === undefined) continue;
      for (const outcome of ["none", ...callFaults] as const) row[outcome] += counts[outcome];
    }
    for (const [fault, times] of world) this.countWorld(fault, times);
  }

  count(call: PortCall, outcome: Outcome): number {
    return this.#rows.get(call)?.[outcome] ?? 0;
  }

  /** The cells that can happen and never did; those of the sweeper only when it was on. */
  missing(hasSweeper: boolean): readonly string[] {
    const cells = portCalls
      .filter((call) => hasSweeper || call !== "store.listDue")
      .flatMap((call) =>
        faultsOf(call)
          .filter((fault) => this.count(call, fault) === 0)
          .map((fault) => `${call}: ${fault}`),
      );
    const world = worldFaults.filter((fault) => hasSweeper || (fault !== "queue purge" && fault !== "caller gives up"));
    return [...cells, ...world.filter((fault) => !this.#world.has(fault))];
  }

  /** A table: a row per call, a column per fault; a dash where the fault cannot happen. */
  format(): string {
    const header = ["call", "none", ...callFaults];
    const rows = portCalls.map((call) => [
      call,
      String(this.count(call, "none")),
      ...callFaults.map((fault) => (canHappen(call, fault) ? String(this.count(call, fault)) : "–")),
    ]);
    const widths = header.map((title, column) =>
      Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0), title.length),
    );
    const line = (row: readonly string[]) =>
      `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
    const world = worldFaults.map((fault) => `${fault}: ${this.#world.get(fault) ?? 0}`);
    const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
    return [line(header), rule, ...rows.map(line), "", world.join("; ")].join("\n");
  }
}
