import { bulkText } from "./behaviour.ts";
import { payloadBucket } from "./container.ts";
import { payloadCanary } from "./ledger.ts";
import type { World } from "./world.ts";

/** An answer to a pause; no two are alike. */
export interface Answer {
  readonly answer: number;
  readonly note: string;
  readonly bulk?: string;
}

/** A new answer; in a world with large values every second one is large. */
export function newAnswer(world: World): Answer {
  const answer = Number(world.nextToken().slice("claim-".length));
  return { answer, note: payloadCanary, ...(world.isBulky && answer % 2 === 0 && { bulk: bulkText }) };
}

/** What a start says of its input: the same each time (I12). */
export function inputOf(
  world: World,
  workflowId: string,
): { readonly input: unknown } | { readonly inputObject: object } {
  const input = { note: payloadCanary, ...(world.isBulky && { bulk: bulkText }) };
  return world.isBulky && world.options.seed % 2 === 0
    ? { inputObject: leave(world, `${workflowId}.json`, input) }
    : { input };
}

/** What an operator says of a payload: the payload itself or, for some of the large ones, the name of an object. */
export function payloadOf(
  world: World,
  payload: unknown,
): { readonly payload: unknown } | { readonly payloadObject: object } {
  const text = JSON.stringify(payload);
  if (!text.includes(bulkText) || text.length % 2 === 0) return { payload };
  return { payloadObject: leave(world, `answer-${text.replaceAll(/\D/g, "")}.json`, payload) };
}

/** Puts a value where a caller may leave it; not a call of ours, so nothing happens to it. */
function leave(world: World, name: string, value: unknown): { readonly key: string } {
  const key = `incoming/${name}`;
  void world.blobs.write({ bucket: payloadBucket, key }, JSON.stringify(value));
  return { key };
}
