import { LRUCache } from "lru-cache";
import { parseSecretReference, type SecretReference } from "../contracts/secret-reference.ts";
import { RefluxoError } from "../engine/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { SecretSources } from "../ports/secrets.ts";
import type { HandedOutSecrets } from "./handed-out-secrets.ts";

/** How long a secret is used before it is read again, ms: a rotation is known everywhere after this. */
const maxAgeMs = 300_000;
/** The most secrets that are kept. */
const maxSecrets = 128;

/** What secrets are read with. */
export interface SecretCacheOptions {
  readonly sources: SecretSources;
  readonly clock: Clock;
  /** Hears of every secret before its reader does. */
  readonly handedOut: HandedOutSecrets;
}

interface CachedSecret {
  readonly text: Promise<string>;
  readonly readAt: number;
}

/** Reads secrets by their references, and keeps them in memory for five minutes; what could not be read is not kept. */
export class SecretCache {
  readonly #options: SecretCacheOptions;
  readonly #known = new LRUCache<string, CachedSecret>({ max: maxSecrets });

  constructor(options: SecretCacheOptions) {
    this.#options = options;
  }

  /**
   * The secret behind a reference. Rejects with a `ParseError` for a text that is none, a terminal
   * `secret.scheme-unknown`, the retryable `secret.missing` and `secret.field-missing`, and with what its source throws.
   */
  async read(reference: string): Promise<string> {
    const { field, ...address } = parseSecretReference(reference);
    const text = await this.#text(address);
    const secret = field === undefined ? text : fieldOf(text, field);
    if (secret === undefined) {
      throw mendable("secret.field-missing", `The secret ${nameOf(address)} has no text under the field ${field}`);
    }
    this.#options.handedOut.add(secret);
    return secret;
  }

  #text(address: SecretReference): Promise<string> {
    const name = nameOf(address);
    const now = this.#options.clock.now();
    const known = this.#known.get(name);
    if (known !== undefined && now - known.readAt < maxAgeMs) return known.text;
    const cached = { text: this.#fetch(address), readAt: now };
    this.#known.set(name, cached);
    cached.text.catch(() => {
      // The reader gets the rejection; the next one reads anew.
      if (this.#known.peek(name) === cached) this.#known.delete(name);
    });
    return cached.text;
  }

  async #fetch(address: SecretReference): Promise<string> {
    const { sources } = this.#options;
    const source = Object.hasOwn(sources, address.scheme) ? sources[address.scheme] : undefined;
    if (source === undefined) {
      const known = Object.keys(sources).join(", ");
      throw new RefluxoError(
        "secret.scheme-unknown",
        `There are no secrets of the scheme ${address.scheme}; known: ${known}`,
      );
    }
    const text = await source.read(address.name);
    if (text === undefined) throw mendable("secret.missing", `There is no secret ${nameOf(address)}`);
    return text;
  }
}

function nameOf({ scheme, name }: SecretReference): string {
  return `${scheme}:${name}`;
}

/** The text under a field of a JSON object; nothing of the secret may be in an error, so there is none (I16). */
function fieldOf(text: string, field: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const found: unknown = Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined;
    return typeof found === "string" ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever runs the deployment can put the secret there, so a later attempt may find it. */
function mendable(code: string, message: string): RefluxoError {
  return new RefluxoError(code, message, { isRetryable: true });
}
