import { callAtRandom, operatorCaller, startCaller } from "./callers.ts";
import { checkWaiting } from "./check-children.ts";
import { checkRest } from "./check-rest.ts";
import { disturb, overtake } from "./disturbances.ts";
import { type CallFault, Coverage, faultsOf, type PortCall } from "./faults.ts";
import type { Operation } from "./gate.ts";
import { createPrng, type Prng } from "./prng.ts";
import { World } from "./world.ts";

const minuteMs = 60_000;
/** The longest that anything movable may lie still once no more faults happen, ms: two of the sweeper's longest looks. */
const longestStillMs = 130 * minuteMs;
/** The longest that Lambda lets an invocation run, ms. */
const longestInvocationMs = 15 * minuteMs;
const maxSteps = 6000;
/** How much longer everything takes with child workflows. */
const childrenStorm = 8;
const jumps = [10, 1000, 30_000, 56_000, 63_000, 2 * minuteMs, 7 * minuteMs];
const longJumps = [20 * minuteMs, 3 * 3600 * 1000];

/** Calls that happen seldom, and so are preferred for faults. */
const rareCalls: ReadonlySet<PortCall> = new Set([
  "store.release",
  "store.getDefinition",
  "queue.deadLetter",
  "queue.hide",
  "keys.current",
  "keys.find",
  "children.putResult",
  "children.readResults",
  "children.putLane",
  "children.readLanes",
]);

/** Faults that are the only way to something: a release, or one twice, a read of two times, an owner who is overtaken. */
const preferredFaults: Partial<Record<PortCall, readonly CallFault[]>> = {
  "store.claim": ["broken step", "stall", "stall"],
  "store.load": ["torn"],
  "store.release": ["retried"],
  "store.loadFrom": ["torn"],
  "store.writeHead": ["delay"],
  "store.commit": ["stall"],
  "children.putLane": ["delay", "stall", "crash before"],
  "children.putResult": ["delay", "stall"],
  "children.readResults": ["delay"],
};

/** Of the rare calls, the one that comes once for all children goes first; −1 when there is none. */
function findRare(pending: readonly Operation[]): number {
  const last = pending.findIndex(({ call }) => call === "children.readResults");
  return last < 0 ? pending.findIndex(({ call }) => rareCalls.has(call)) : last;
}

const isPunctual = ({ isLate }: Operation) => !isLate;

function pickFault(call: PortCall, prng: Prng): CallFault {
  const preferred = preferredFaults[call];
  return prng.pick(preferred !== undefined && prng.chance(0.4) ? preferred : faultsOf(call));
}

/** One schedule: what the seed makes of the world, and what deviates from the calm course of events. */
export interface Schedule {
  readonly seed: number;
  readonly hasSweeper: boolean;
  /** The most nodes of one workflow; 30 when absent. */
  readonly maxNodes?: number;
  /** Which worlds have child workflows; every seed decides for itself when absent. */
  readonly children?: "all" | "none";
  /** How many steps a message may run; every seed decides for itself when absent. */
  readonly steps?: number;
  /** Whether messages carry their workflow; every seed decides for itself when absent. */
  readonly carries?: boolean;
  /** By the number of the step; when absent, the seed decides. */
  readonly deviations?: ReadonlyMap<number, number>;
  /** Whether every event is written down. */
  readonly isTraced?: boolean;
  readonly coverage?: Coverage;
}

/**
 * One run of one schedule. Every step makes one decision, a whole number: 0 is the calm course (the oldest pending call
 * without a fault, else a repeated request, else a poll, else time moves on), any other number seeds a deviation from it.
 * So a run is its seed and its list of deviations, and a shorter list is a simpler run.
 */
export class Simulation {
  readonly world: World;
  readonly schedule: Schedule;
  /** The deviations that were made: step and decision. */
  readonly deviations: [number, number][] = [];
  readonly #prng: Prng;
  readonly #stormSteps: number;
  #steps = 0;
  #calmSince: number;
  isOver = false;

  constructor(schedule: Schedule) {
    const {
      seed,
      hasSweeper,
      maxNodes = 30,
      isTraced = false,
      coverage = new Coverage(),
      children,
      steps,
      carries,
    } = schedule;
    this.schedule = schedule;
    this.world = new World({
      seed,
      hasSweeper,
      maxNodes,
      maxSkewMs: 1000,
      isTraced,
      coverage,
      ...(children && { children }),
      ...(steps && { steps }),
      ...(carries !== undefined && { carries }),
    });
    this.#prng = createPrng(seed);
    this.#stormSteps = (10 + this.#prng.below(70)) * (this.world.hasChildren ? childrenStorm : 1);
    this.#calmSince = this.world.clock.now();
    for (const index of this.world.workflowIds.keys()) {
      this.world.call(startCaller(this.world, index, hasSweeper && this.#prng.chance(0.2)));
    }
  }

  /** What was violated so far, by invariant. */
  get violations(): readonly string[] {
    return this.world.ledger.violations;
  }

  /** One step; false when the run is over. A turn of the event loop has to pass between two steps. */
  step(): boolean {
    if (this.isOver) return false;
    const { world } = this;
    const at = this.#steps;
    this.#steps += 1;
    const decision = this.#decide(at);
    if (decision !== 0) this.deviations.push([at, decision]);
    const hasActed = (decision !== 0 && this.#deviate(createPrng(decision))) || this.#calm();
    if (decision !== 0) this.#calmSince = world.clock.now();
    if (at > maxSteps * (world.hasChildren ? childrenStorm : 1)) world.ledger.violate("I5: it does not come to rest");
    if (!hasActed) checkRest(world);
    if (!hasActed || this.violations.length > 0) this.isOver = true;
    return !this.isOver;
  }

  #decide(at: number): number {
    if (this.schedule.deviations !== undefined) return this.schedule.deviations.get(at) ?? 0;
    if (at >= this.#stormSteps || this.#prng.chance(0.4)) return 0;
    return this.#prng.next();
  }

  /** What happens when nothing goes wrong; false at rest. */
  #calm(): boolean {
    const { world } = this;
    const next = world.gate.pending.findIndex(isPunctual);
    if (next >= 0) {
      world.perform(next);
      return true;
    }
    for (const caller of world.callers) {
      if (caller.process !== undefined) continue;
      world.call(caller);
      return true;
    }
    if (world.poll(10) || this.#resumeIdle()) return true;
    const late = world.gate.pending.findIndex(({ notBefore }) => notBefore <= world.clock.now());
    if (late < 0) return this.#moveTime();
    world.perform(late);
    return true;
  }

  #resumeIdle(): boolean {
    const { world } = this;
    if (world.hasChildren) checkWaiting(world);
    for (const [workflowId, record] of world.ledger.workflows) {
      const { reference, head } = record;
      if (!reference.isIdle || head === undefined || world.isAsked(workflowId)) continue;
      // A child that nobody waits for is to be cancelled, or it shows.
      if (world.ledger.children.orphanSince(record) !== undefined) continue;
      world.call(operatorCaller(world, workflowId, reference.version));
      return true;
    }
    return false;
  }

  #moveTime(): boolean {
    const { world } = this;
    const { clock, queue, ledger } = world;
    const { hasSweeper, maxSkewMs } = world.options;
    let at = Number.POSITIVE_INFINITY;
    for (const { visibleAt } of queue.messages) at = Math.min(at, visibleAt);
    // A sweeper whose clock is slow lists what is due a moment later.
    const nextCheckAt = hasSweeper ? ledger.nextCheckAt() + maxSkewMs : Number.POSITIVE_INFINITY;
    for (const { notBefore } of world.gate.pending) at = Math.min(at, notBefore);
    at = Math.min(at, nextCheckAt);
    if (!Number.isFinite(at)) return false;
    if (at > clock.now()) world.advanceTo(at);
    for (const record of ledger.workflows.values()) {
      const { movableSince = at, start, head } = record;
      if (head === undefined) continue;
      const since = Math.min(movableSince, ledger.children.orphanSince(record) ?? at);
      const stillMs = at - Math.max(since, this.#calmSince);
      if (stillMs > longestStillMs)
        ledger.violate(`I5: ${start.workflowId} lay still for ${stillMs / minuteMs} minutes`);
    }
    if (nextCheckAt <= clock.now()) world.sweep();
    return true;
  }

  /** Something else than the calm course; false when it cannot be. */
  #deviate(prng: Prng): boolean {
    const { world } = this;
    const kind = prng.below(100);
    if (kind < 42) return this.#performAtRandom(prng, false);
    if (kind < 64) return this.#performAtRandom(prng, true);
    if (kind < 76) return world.busy.length < 4 && world.poll(1 + prng.below(10), prng);
    if (kind < 82) return this.#jump(prng);
    if (kind < 86) return this.#sweep(prng);
    if (kind < 95) {
      if (world.busy.length >= 5) return false;
      callAtRandom(world, prng);
      return true;
    }
    return this.#disturb(prng);
  }

  #performAtRandom(prng: Prng, isFaulty: boolean): boolean {
    const { world } = this;
    const { pending } = world.gate;
    const rare = isFaulty && prng.chance(0.9) ? findRare(pending) : -1;
    const index = rare < 0 ? this.#pickPending(prng) : rare;
    const operation = pending[index];
    if (operation === undefined || (isFaulty && (world.faultsLeft === 0 || operation.isAnswer))) return false;
    const isSpared = world.hasChildren && this.#isSpared(operation.call, rare < 0 && prng.chance(0.75));
    const fault = isFaulty && !isSpared ? pickFault(operation.call, prng) : undefined;
    if (fault !== undefined) world.faultsLeft -= 1;
    if (fault === "stall" && operation.call === "store.claim") overtake(world, operation);
    world.perform(index, fault);
    return true;
  }

  /** The end of children comes late, and the join later: some faults have to be left for them. */
  #isSpared(call: PortCall, isCommon: boolean): boolean {
    const kept = call.startsWith("children.") ? 3 : 6;
    return call !== "children.readResults" && (isCommon || this.world.faultsLeft <= kept);
  }

  /** The index of any punctual call; when all are late, of any that may go on; −1 when there is none. */
  #pickPending(prng: Prng): number {
    const { gate, clock } = this.world;
    const isAnyPunctual = gate.pending.some(isPunctual);
    const mayGoOn = isAnyPunctual ? isPunctual : ({ notBefore }: Operation) => notBefore <= clock.now();
    let count = 0;
    for (const operation of gate.pending) if (mayGoOn(operation)) count += 1;
    let left = prng.below(count);
    return gate.pending.findIndex((operation) => mayGoOn(operation) && left-- === 0);
  }

  #jump(prng: Prng): boolean {
    const { world } = this;
    const ms = prng.pick(world.options.hasSweeper && prng.chance(0.2) ? longJumps : jumps);
    for (const container of world.busy) {
      if (container.isFrozen || world.faultsLeft === 0 || !prng.chance(0.4)) continue;
      container.isFrozen = true;
      world.faultsLeft -= 1;
      world.coverage.countWorld("frozen past its deadline");
    }
    world.advanceTo(world.clock.now() + ms);
    return true;
  }

  #sweep(prng: Prng): boolean {
    const { world } = this;
    if (!world.options.hasSweeper || world.busy.length >= 4) return false;
    // Most heads are due only in minutes; a sweep that finds nothing shows nothing. No invocation outlives a long wait.
    const dueAt = world.ledger.nextCheckAt();
    const longestMs = world.busy.length === 0 ? Number.POSITIVE_INFINITY : longestInvocationMs;
    const isNear = Number.isFinite(dueAt) && dueAt - world.clock.now() <= longestMs;
    if (isNear && prng.chance(0.5)) world.advanceTo(dueAt + prng.below(world.options.maxSkewMs));
    world.sweep(prng);
    return true;
  }

  #disturb(prng: Prng): boolean {
    const { world } = this;
    if (world.faultsLeft === 0) return false;
    world.faultsLeft -= 1;
    return disturb(world, prng);
  }
}
