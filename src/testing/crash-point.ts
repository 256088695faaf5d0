import { RefluxoError } from "../engine/index.ts";

/**
 * A place in a run at which its process can die: before or after the `call`-th call of an operation. Operations are the
 * methods of ports (`store.commit`, `queue.send`, `blobs.write`), `node <id>`, and `effect <name>`.
 */
export interface CrashPoint {
  readonly operation: string;
  /** Counted from 1 over the whole run. */
  readonly call: number;
  /** Whether what the call does has happened. */
  readonly side: "before" | "after";
}

/** A crash point as one text, such as `store.commit 3 before`: what `crashAt` takes. */
export function formatCrashPoint({ operation, call, side }: CrashPoint): string {
  return `${operation} ${call} ${side}`;
}

/** Reads what `formatCrashPoint` wrote; throws `testing.bad-crash-point` for anything else. */
export function parseCrashPoint(text: string): CrashPoint {
  const [, operation, call, side] = /^(\S.*) (\d+) (before|after)$/.exec(text) ?? [];
  if (operation === undefined || (side !== "before" && side !== "after")) {
    throw new RefluxoError("testing.bad-crash-point", `"${text}" is no crash point such as "store.commit 3 before"`);
  }
  return { operation, call: Number(call), side };
}
