import { RefluxoError } from "../engine/index.ts";
import { assertNoReservedName, shownBy } from "./data-views.ts";
import { ExpressionError } from "./expression-error.ts";
import type { ExpressionLimits } from "./expression-limits.ts";
import { isJsonataFunction } from "./jsonata-types.ts";

/** What an evaluation is bound by. */
export interface GuardParts {
  readonly limits: ExpressionLimits;
  /** Epoch ms. */
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
  /** Epoch ms that `$now()` and `$millis()` say: the beginning of the step. */
  readonly saidTime: number;
}

/** How many nodes of the tree are evaluated between two looks at the clock. */
const evaluationsPerLook = 16;

/** The most nodes of the tree that an evaluation may take, for hosts whose clock stands still: some seconds. */
const maxEvaluations = 2_000_000;

/**
 * The most that counts of the time between two looks at the clock, ms: a process that was stopped, or a clock that was set,
 * makes no expression slow.
 */
const longestPauseMs = 250;

/** About what an object or a list takes besides its parts, and a member besides its value. */
const containerBytes = 48;
const memberBytes = 16;

/** How many times `valueBytes` an evaluation may make in all. */
const totalFactor = 8;

/**
 * Watches one evaluation: JSONata calls it before each node of the syntax tree, and our functions call it. What it throws is
 * `ExpressionError`s, and the retryable `step.timeout` when the step's signal has aborted.
 */
export class EvaluationGuard {
  readonly limits: ExpressionLimits;
  readonly saidTime: number;
  readonly #parts: GuardParts;
  readonly #sizes = new Map<object, number>();
  #lookedAt: number;
  #elapsedMs = 0;
  #evaluations = 0;
  #madeBytes = 0;
  #isOver = false;

  constructor(parts: GuardParts) {
    this.#parts = parts;
    this.limits = parts.limits;
    this.saidTime = parts.saidTime;
    this.#lookedAt = parts.now();
  }

  /** Ends what still runs of an evaluation that has ended: JSONata makes the items of an array beside each other. */
  end(): void {
    this.#isOver = true;
  }

  /** Called before each node of the tree, at a depth of evaluations in evaluations; returns how many there were. */
  enter(depth: number): number {
    this.#evaluations += 1;
    if (depth > this.limits.depth)
      throw new ExpressionError("expression.too-deep", "functions call each other too deep");
    if (this.#evaluations > maxEvaluations) throw new ExpressionError("expression.timeout", "it takes too many steps");
    if (this.#evaluations % evaluationsPerLook === 0) this.check();
    return this.#evaluations;
  }

  /** Takes note of a value that the expression has made; throws when it is too large, or all of them together. */
  noteMade(value: unknown): void {
    if (typeof value === "string") {
      this.assertTextLength(value.length);
      this.#take(value.length);
    } else if (typeof value === "object" && value !== null && shownBy(value) === undefined) this.assertSize(value);
  }

  /** Throws when the time is over or the step's signal has aborted. */
  check(): void {
    const { now, limits } = this.#parts;
    if (this.#isOver) throw new ExpressionError("expression.failed", "the evaluation has ended");
    this.assertNotAborted();
    const time = now();
    this.#elapsedMs += Math.min(Math.max(0, time - this.#lookedAt), longestPauseMs);
    this.#lookedAt = time;
    if (this.#elapsedMs > limits.timeMs) {
      throw new ExpressionError("expression.timeout", `it took longer than ${limits.timeMs} ms`);
    }
  }

  /** Throws the retryable `step.timeout` when the step's signal has aborted. */
  assertNotAborted(): void {
    const { signal } = this.#parts;
    if (!signal?.aborted) return;
    const options = { isRetryable: true, cause: signal.reason };
    throw new RefluxoError("step.timeout", "The step ran out of time within an expression", options);
  }

  /** Throws when a text of this length, in UTF-16 code units, is too long to be made or worked on. */
  assertTextLength(length: number): void {
    const { textLength } = this.limits;
    if (length <= textLength) return;
    throw new ExpressionError("expression.too-large", `a text is longer than ${textLength} characters`);
  }

  /** Throws when a value is too large to be written out or copied. */
  assertSize(value: unknown): void {
    if (this.#sizeOf(value) > this.limits.valueBytes) throw tooLarge(this.limits.valueBytes);
  }

  /** The same for a value that may have been changed since it was measured: what `|…|…|` is about to copy. */
  assertSizeAnew(value: unknown): void {
    this.#sizes.clear();
    this.assertSize(value);
  }

  #take(bytes: number): void {
    this.#madeBytes += bytes;
    const most = this.limits.valueBytes * totalFactor;
    if (this.#madeBytes > most) throw tooLarge(most);
  }

  /**
   * About how many bytes a value takes when it is written out: parts that it has twice count twice, as what walks over it
   * meets them twice. Parts that were measured before are not walked over again.
   */
  #sizeOf(value: unknown): number {
    if (typeof value === "string") return 16 + value.length;
    if (typeof value !== "object" || value === null || isJsonataFunction(value)) return 8;
    const known = this.#sizes.get(value);
    if (known !== undefined) return known;
    // Before its parts, so that a cycle ends.
    this.#sizes.set(value, 16);
    const data = shownBy(value);
    const bytes = data === undefined ? this.#sizeOfMade(value) : this.#sizeOfData(data, this.limits.valueBytes);
    this.#sizes.set(value, bytes);
    return bytes;
  }

  #sizeOfMade(value: object): number {
    const isArray = Array.isArray(value);
    if (!isArray) assertNoReservedName(value);
    const items: readonly unknown[] = isArray ? value : Object.values(value);
    let bytes = containerBytes + (isArray ? 0 : memberBytes * items.length);
    this.#take(bytes + 8 * items.length);
    for (const item of items) bytes += typeof item === "number" ? 8 : this.#sizeOf(item);
    return bytes;
  }

  /** Stops once it passes `most`. */
  #sizeOfData(value: unknown, most: number): number {
    if (typeof value === "string") return 16 + value.length;
    if (typeof value !== "object" || value === null) return 8;
    let bytes = containerBytes;
    for (const item of Object.values(value)) {
      bytes += this.#sizeOfData(item, most - bytes);
      if (bytes > most) break;
    }
    return bytes;
  }
}

function tooLarge(bytes: number): ExpressionError {
  return new ExpressionError("expression.too-large", `it makes values of over ${bytes} bytes`);
}
