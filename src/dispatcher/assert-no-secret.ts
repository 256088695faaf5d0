import { RefluxoError } from "../engine/index.ts";
import { findSecretPath } from "./find-secret-path.ts";
import type { HandedOutSecrets } from "./handed-out-secrets.ts";
import type { Place } from "./transition-codec.ts";

/** A result or a pause with a secret in it: it is not stored, and trying again would not help. */
export class SecretLeakedError extends RefluxoError {
  override readonly name = "SecretLeakedError";
  readonly path: string;

  constructor(path: string) {
    super("secret.leaked", `A secret stands at ${path} of what a node returned`);
    this.path = path;
  }
}

/**
 * A place that takes nothing with a secret in it (I16), other than the payload that a failed step keeps: that came from
 * outside. It looks at the very text that is stored, once, so that it costs no second copy of a large value. Throws
 * `SecretLeakedError`.
 */
export function assertingNoSecret(place: Place, handedOut: HandedOutSecrets): Place {
  return async (text, part) => {
    if (part !== "externalPayload" && handedOut.isIn(text)) {
      throw new SecretLeakedError(findSecretPath(JSON.parse(text), handedOut));
    }
    return place(text, part);
  };
}
