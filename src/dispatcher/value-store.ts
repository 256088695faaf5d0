import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { RefluxoError } from "../engine/index.ts";
import type { BlobEraser } from "../ports/blob-eraser.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { StoredStart, ValueReference } from "../ports/workflow-store.ts";
import { freezeJson } from "./freeze-json.ts";

const dayMs = 24 * 3600 * 1000;

/** For how many days the payload bucket keeps a value: one lifecycle rule each in template.yaml. */
export const lifetimesDays: readonly number[] = [4, 16, 64, 256, 1024, 4096];

/** What a value store is made of. */
export interface ValueStoreOptions {
  readonly blobs: BlobStore;
  readonly bucket: string;
  /** The most bytes of JSON that a value may have to stay in its item. */
  readonly inlineBytes: number;
  /** The most bytes of JSON that a value may have at all. */
  readonly maxBytes: number;
  /** How much of what was read is kept, bytes of JSON. */
  readonly cacheBytes: number;
}

/** A value that is larger than anything that is stored. */
export class ValueTooLargeError extends RefluxoError {
  override readonly name = "ValueTooLargeError";
  readonly sizeBytes: number;
  readonly maxBytes: number;

  constructor(sizeBytes: number, maxBytes: number) {
    super("value.too-large", `A value takes ${sizeBytes} bytes; at most ${maxBytes} can be stored`);
    this.sizeBytes = sizeBytes;
    this.maxBytes = maxBytes;
  }
}

/** A value whose object is not there (`value.missing`) or is not what was written (`value.damaged`). */
export class UnreadableValueError extends RefluxoError {
  override readonly name = "UnreadableValueError";

  constructor(how: "missing" | "damaged", { key, sizeBytes }: ValueReference) {
    super(`value.${how}`, `A stored value of ${sizeBytes} bytes is ${how}: ${key}`, { isRetryable: true });
  }
}

/** The workflow that a value belongs to. */
export type ValueOwner = Pick<StoredStart, "workflowId" | "purgeAt">;

/**
 * Values that are too large for their item, as objects in the payload bucket (DESIGN 4, large values).
 *
 * 1. An object is named after its content, so whoever writes it again writes the same, and nothing is ever replaced.
 * 2. It is written before the item that refers to it, and lives as long as that item.
 * 3. What is read has the digest that the item keeps, or it is not handed out.
 */
export class ValueStore {
  readonly #options: ValueStoreOptions;
  readonly #known: LRUCache<string, { readonly value: unknown }>;

  constructor(options: ValueStoreOptions) {
    this.#options = options;
    this.#known = new LRUCache({ maxSize: options.cacheBytes });
  }

  /**
   * What an item keeps of a value, by its JSON text, as of now (epoch ms): the text itself, or a reference to the object
   * that was written. Throws `ValueTooLargeError`, and what the object store throws.
   */
  async place(text: string, owner: ValueOwner, now: number): Promise<string | ValueReference> {
    return Buffer.byteLength(text) <= this.#options.inlineBytes ? text : this.write(text, owner, now);
  }

  /** Writes a value's JSON text to an object, whatever its size. Throws as `place` does. */
  async write(text: string, { workflowId, purgeAt }: ValueOwner, now: number): Promise<ValueReference> {
    const { blobs, bucket, maxBytes } = this.#options;
    const sizeBytes = Buffer.byteLength(text);
    if (sizeBytes > maxBytes) throw new ValueTooLargeError(sizeBytes, maxBytes);
    const bytes = Buffer.from(text);
    const sha256 = digestOf(bytes);
    const key = `${folderOf(lifetimeDays(purgeAt - now), workflowId)}${sha256}`;
    await blobs.write({ bucket, key }, bytes, "application/json");
    return { key, sizeBytes, sha256 };
  }

  /** Removes every object of a workflow, of attempts too whose result was dropped. Throws what the object store throws. */
  async erase(eraser: BlobEraser, workflowId: string): Promise<void> {
    const { bucket } = this.#options;
    for (const days of lifetimesDays) await eraser.eraseFolder({ bucket, prefix: folderOf(days, workflowId) });
  }

  /**
   * The value behind a reference, frozen. Throws a retryable `UnreadableValueError` when the object is not there or is
   * not what was written, and what the object store throws.
   */
  async read(reference: ValueReference): Promise<unknown> {
    const { key, sizeBytes, sha256 } = reference;
    const known = this.#known.get(key);
    if (known !== undefined) return known.value;
    const part = await this.#options.blobs.read({ bucket: this.#options.bucket, key });
    if (part === undefined) throw new UnreadableValueError("missing", reference);
    if (digestOf(part.bytes) !== sha256) throw new UnreadableValueError("damaged", reference);
    const value: unknown = freezeJson(JSON.parse(new TextDecoder().decode(part.bytes)));
    this.#known.set(key, { value }, { size: Math.max(1, sizeBytes) });
    return value;
  }
}

/** Whether what an item keeps is this JSON text, or refers to it. */
export function isStoredAs(stored: string | ValueReference, text: string): boolean {
  return typeof stored === "string" ? stored === text : stored.sha256 === digestOf(text);
}

function folderOf(days: number, workflowId: string): string {
  return `values/${days}d/${workflowId}/`;
}

function digestOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The shortest lifetime that lasts; S3 counts it from when the object was written. */
function lifetimeDays(lastsMs: number): number {
  return lifetimesDays.find((days) => days * dayMs >= lastsMs) ?? lifetimesDays.at(-1) ?? 0;
}
