/** What an effect is recorded with. */
export interface EffectOptions {
  /** The idempotency key that the service was given; as a service does, the record then counts it once. */
  readonly key?: string;
  /** Anything that a test wants to see of it. */
  readonly detail?: unknown;
}

/** What happened in the world outside, as services would remember it. */
export interface Effect {
  readonly name: string;
  readonly key?: string;
  readonly detail?: unknown;
  /** The step that made it (its `stepKey`); absent when it was made through `globals`. */
  readonly step?: string;
  /** How often it was asked for; above 1 only with a key, which makes all of them one. */
  readonly calls: number;
}

/** Takes down what a fake node does to the world outside. */
export interface EffectRecorder {
  /**
   * Records an effect; resolves to whether it is new, false when the key was there before. A process that is about to die
   * never hears the answer: await it before the next one.
   */
  record(name: string, options?: EffectOptions): Promise<boolean>;
}

/** The effects of one run, in order. */
export class EffectLedger {
  readonly effects: Effect[] = [];

  /** Adds an effect, or counts one more call when its name and key are known; returns whether it is new. */
  add(name: string, { key, detail }: EffectOptions, step: string | undefined): boolean {
    const index = key === undefined ? -1 : this.effects.findIndex((other) => other.name === name && other.key === key);
    const known = this.effects[index];
    if (known !== undefined) {
      this.effects[index] = { ...known, calls: known.calls + 1 };
      return false;
    }
    this.effects.push({
      name,
      ...(key !== undefined && { key }),
      ...(detail !== undefined && { detail }),
      ...(step !== undefined && { step }),
      calls: 1,
    });
    return true;
  }
}
