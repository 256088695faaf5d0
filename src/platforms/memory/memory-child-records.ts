import { groupOf } from "../../contracts/lane-groups.ts";
import type { ChildRecords, LaneState, PauseKey, StoredChildResult } from "../../ports/child-records.ts";

/** How the children of pauses ended, in memory. */
export class MemoryChildRecords implements ChildRecords {
  readonly #results = new Map<string, Map<number, string>>();
  readonly #lanes = new Map<string, Map<number, LaneState>>();

  async putResult(
    pause: PauseKey,
    lane: number,
    { index, result }: StoredChildResult,
    _purgeAt: number,
  ): Promise<string> {
    const results = at(this.#results, keyOf(pause, lane));
    const held = results.get(index);
    if (held !== undefined) return held;
    results.set(index, result);
    return result;
  }

  async lastResult(pause: PauseKey, lane: number): Promise<StoredChildResult | undefined> {
    return this.#resultsOf(pause, lane).at(-1);
  }

  async readResults(pause: PauseKey, lane: number, from: number, limit: number): Promise<readonly StoredChildResult[]> {
    return this.#resultsOf(pause, lane)
      .filter(({ index }) => index >= from)
      .slice(0, limit);
  }

  async putLane(pause: PauseKey, state: LaneState, _purgeAt: number): Promise<void> {
    const lanes = at(this.#lanes, keyOf(pause, groupOf(state.lane)));
    if ((lanes.get(state.lane)?.index ?? -1) < state.index) lanes.set(state.lane, state);
  }

  async readLanes(pause: PauseKey, group: number): Promise<readonly LaneState[]> {
    const lanes = this.#lanes.get(keyOf(pause, group));
    return [...(lanes?.values() ?? [])].sort((a, b) => a.lane - b.lane);
  }

  /** Forgets what a pause kept of its children. */
  erase(pause: PauseKey, lanes: number): void {
    for (let lane = 0; lane < lanes; lane += 1) this.#results.delete(keyOf(pause, lane));
    for (let group = 0; group <= groupOf(lanes - 1); group += 1) this.#lanes.delete(keyOf(pause, group));
  }

  #resultsOf(pause: PauseKey, lane: number): readonly StoredChildResult[] {
    const results = [...(this.#results.get(keyOf(pause, lane)) ?? [])];
    return results.map(([index, result]) => ({ index, result })).sort((a, b) => a.index - b.index);
  }
}

function keyOf({ workflowId, version }: PauseKey, part: number): string {
  return `${workflowId}#${version}#${part}`;
}

function at<T>(maps: Map<string, Map<number, T>>, key: string): Map<number, T> {
  const map = maps.get(key) ?? new Map<number, T>();
  maps.set(key, map);
  return map;
}
