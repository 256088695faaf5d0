import { type HandedOutSecrets, resumeUrl, SecretCache } from "../dispatcher/index.ts";
import { RefluxoError } from "../engine/index.ts";
import { MemoryEventPublisher, MemoryHttpClient, MemoryMessageSender } from "../platforms/memory/index.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { NodeGlobals } from "../ports/node-globals.ts";
import type { SecretSource } from "../ports/secrets.ts";
import type { RunOptions } from "./run-options.ts";

/** The bucket that nodes write to in tests, as `globals.payloadBucket`. */
export const payloadBucket = "payloads";

/** What the globals of a test are made of. */
export interface TestGlobalsParts {
  readonly blobs: BlobStore;
  readonly secrets: NonNullable<RunOptions["secrets"]>;
  readonly clock: Clock;
  readonly handedOut: HandedOutSecrets;
}

/** What every platform hands to nodes, for tests: secrets come from the options, links and requests lead nowhere. */
export function testGlobals({ blobs, secrets, clock, handedOut }: TestGlobalsParts): NodeGlobals {
  const source = (scheme: string): SecretSource => ({
    read: async (name) => {
      const reference = `${scheme}:${name}`;
      const secret = Object.hasOwn(secrets, reference) ? secrets[reference] : undefined;
      return typeof secret === "object" ? JSON.stringify(secret) : secret;
    },
  });
  const sources = { ssm: source("ssm"), secretsmanager: source("secretsmanager") };
  const cache = new SecretCache({ sources, clock, handedOut });
  return {
    blobs,
    payloadBucket,
    readableBuckets: [payloadBucket],
    http: new MemoryHttpClient(({ method, url }) => {
      throw new RefluxoError(
        "test.no-answer",
        `Nothing answers ${method} ${url}: give the run's globals an http client`,
      );
    }),
    events: new MemoryEventPublisher(),
    messages: new MemoryMessageSender([]),
    secret: (reference) => cache.read(reference),
    resumeUrl: async (step, options) => resumeUrl("https://api.test", step.workflowId, await step.resumeToken(options)),
  };
}
