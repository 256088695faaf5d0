import type { SecretSource } from "../../ports/secrets.ts";

/** Secrets by name, for tests: the map may change at any time. */
export class MemorySecretSource implements SecretSource {
  readonly secrets = new Map<string, string>();

  async read(name: string): Promise<string | undefined> {
    return this.secrets.get(name);
  }
}
