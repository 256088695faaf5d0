import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ParseError } from "../../contracts/parse-error.ts";
import { parseResumeKeys, type ResumeKeySet } from "../../contracts/resume-key-set.ts";
import { RefluxoError } from "../../engine/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ResumeKey, ResumeKeys } from "../../ports/resume-keys.ts";
import { callService } from "./call-service.ts";

/** How long a container uses the keys before it reads them again, ms: a rotation is known everywhere after this. */
const maxAgeMs = 300_000;
/** How often an unknown key id may cause a read, ms: forged tokens must not turn into calls. */
const minAgeMs = 30_000;

/** The resume keys in a Secrets Manager secret, cached in the container. */
export class SecretsManagerResumeKeys implements ResumeKeys {
  readonly #client: () => Promise<SecretsManagerClient>;
  readonly #secretArn: string;
  readonly #clock: Clock;
  #cached: { readonly keys: Promise<ResumeKeySet>; readonly readAt: number } | undefined;

  /** The client is made when it is first needed: most steps need no key. */
  constructor(client: () => Promise<SecretsManagerClient>, secretArn: string, clock: Clock) {
    this.#client = client;
    this.#secretArn = secretArn;
    this.#clock = clock;
  }

  async current(): Promise<ResumeKey> {
    return (await this.#keys(maxAgeMs)).current;
  }

  async find(id: string): Promise<ResumeKey | undefined> {
    const known = (await this.#keys(maxAgeMs)).keys.get(id) ?? (await this.#keys(minAgeMs)).keys.get(id);
    return known === undefined ? undefined : { id, secret: known };
  }

  #keys(ageMs: number): Promise<ResumeKeySet> {
    const now = this.#clock.now();
    if (this.#cached !== undefined && now - this.#cached.readAt < ageMs) return this.#cached.keys;
    const cached = { keys: this.#read(), readAt: now };
    this.#cached = cached;
    cached.keys.catch(() => {
      // The caller gets the rejection; the next call reads anew.
      if (this.#cached === cached) this.#cached = undefined;
    });
    return cached.keys;
  }

  async #read(): Promise<ResumeKeySet> {
    const [{ GetSecretValueCommand }, client] = await Promise.all([
      import("@aws-sdk/client-secrets-manager"),
      this.#client(),
    ]);
    const command = new GetSecretValueCommand({ SecretId: this.#secretArn });
    const { SecretString } = await callService("secretsmanager:GetSecretValue", () => client.send(command));
    return parseSecret(SecretString ?? "");
  }
}

/** Broken infrastructure, not the caller's input; neither the path nor a cause goes along, as they may show the secret (I16). */
function parseSecret(text: string): ResumeKeySet {
  try {
    return parseResumeKeys(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new RefluxoError("resume-keys.malformed", `The secret with the resume keys is not valid: ${error.reason}`, {
      isRetryable: true,
    });
  }
}
