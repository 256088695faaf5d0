import type { ChildResult, ChildrenResults, Joined, ResultObject } from "../../engine/index.ts";
import type { PauseKey } from "../../ports/child-records.ts";
import type { StoredStart } from "../../ports/workflow-store.ts";
import type { DispatcherParts } from "../dependencies.ts";
import { LargeValue } from "../large-value.ts";
import { mapWithConcurrency } from "../map-with-concurrency.ts";
import { decodeOutcome } from "./child-outcome.ts";

type CollectParts = Pick<DispatcherParts, "children" | "values" | "clock">;

/** How many results are read at once, of all lanes together. */
const blockSize = 1_000;
const concurrency = 8;
/** How much of the children's large outputs is read into their results, bytes of JSON; what is beyond stays a reference. */
const maxReadBytes = 8 * 2 ** 20;
/** How much of the results is one value; what is more goes to objects of about so much, bytes of JSON. */
const maxTextBytes = 8 * 2 ** 20;

/**
 * What became of the children that a node waited for, in order; objects in the payload bucket when they are more than
 * 8 MiB of JSON. Throws what the store and the object store throw.
 */
export async function collectChildren(
  parts: CollectParts,
  start: StoredStart,
  joined: Joined,
): Promise<ChildrenResults> {
  const pause = { workflowId: start.workflowId, version: joined.version };
  const writer = new ResultsWriter(parts, start);
  for await (const result of readInOrder(parts, pause, joined)) await writer.add(result);
  return writer.finish();
}

/** Block after block, since the results of a lane stand together, and those that follow each other in all lanes. */
async function* readInOrder(
  { children, values }: CollectParts,
  pause: PauseKey,
  { lanes, count }: Joined,
): AsyncGenerator<ChildResult> {
  const perLane = Math.ceil(blockSize / lanes);
  let leftBytes = maxReadBytes;
  for (let first = 0; first < count; first += perLane * lanes) {
    const ofLanes = await mapWithConcurrency(
      Array.from({ length: lanes }, (_, lane) => lane),
      concurrency,
      (lane) => children.readResults(pause, lane, first, perLane),
    );
    const block = ofLanes.flat().filter(({ index }) => index < first + perLane * lanes);
    for (const { index, result } of block.toSorted((a, b) => a.index - b.index)) {
      const { workflowId, status, output, outputReference: reference, error } = decodeOutcome(result);
      const isRead = reference !== undefined && reference.sizeBytes <= leftBytes;
      if (isRead) leftBytes -= reference.sizeBytes;
      const whole = isRead ? await values.read(reference) : reference && new LargeValue(reference).toJSON();
      const shown = reference === undefined ? output : whole;
      yield {
        index,
        workflowId,
        status,
        ...(shown !== undefined && { output: shown }),
        ...(error !== undefined && { error }),
      };
    }
  }
}

/** Gathers results as one list, until that is too much for one value. */
class ResultsWriter {
  readonly #parts: CollectParts;
  readonly #start: StoredStart;
  readonly #objects: ResultObject[] = [];
  #results: ChildResult[] = [];
  #texts: string[] = [];
  #bytes = 0;

  constructor(parts: CollectParts, start: StoredStart) {
    this.#parts = parts;
    this.#start = start;
  }

  async add(result: ChildResult): Promise<void> {
    const text = JSON.stringify(result);
    this.#results.push(result);
    this.#texts.push(text);
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes > maxTextBytes) await this.#write();
  }

  async finish(): Promise<ChildrenResults> {
    if (this.#objects.length === 0) return { results: this.#results };
    if (this.#results.length > 0) await this.#write();
    return { resultObjects: this.#objects };
  }

  async #write(): Promise<void> {
    const { values, clock } = this.#parts;
    const { key, sizeBytes } = await values.write(`[${this.#texts.join()}]`, this.#start, clock.now());
    this.#objects.push({ key, first: this.#results[0]?.index ?? 0, count: this.#results.length, sizeBytes });
    this.#results = [];
    this.#texts = [];
    this.#bytes = 0;
  }
}
