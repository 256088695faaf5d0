import { resumeUrl } from "../dispatcher/index.ts";
import { RefluxoError } from "../engine/index.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { NodeGlobals } from "../ports/node-globals.ts";

/** The bucket that nodes write to in tests, as `globals.payloadBucket`. */
export const payloadBucket = "payloads";

/** What every platform hands to nodes, for tests: secrets come from the options, links lead nowhere. */
export function testGlobals(blobs: BlobStore, secrets: Readonly<Record<string, string>>): NodeGlobals {
  return {
    blobs,
    payloadBucket,
    secret: async (reference) => {
      const secret = Object.hasOwn(secrets, reference) ? secrets[reference] : undefined;
      if (secret !== undefined) return secret;
      throw new RefluxoError("secret.missing", `The test has no secret ${reference}`, { isRetryable: true });
    },
    resumeUrl: async (step, options) => resumeUrl("https://api.test", step.workflowId, await step.resumeToken(options)),
  };
}
