import type { ResumeTokenOptions, StepContext } from "../engine/index.ts";
import type { BlobStore } from "./blob-store.ts";
import type { EventPublisher } from "./event-publisher.ts";
import type { HttpClient } from "./http-client.ts";
import type { MessageSender } from "./message-sender.ts";

/** A value that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What the platform hands to every node as `globals`: services, never persisted. */
export interface NodeGlobals {
  readonly blobs: BlobStore;
  /** Where nodes write objects; no trigger listens there. */
  readonly payloadBucket: string;
  /** The buckets that a definition may name for reading; the payload bucket is one of them. */
  readonly readableBuckets: readonly string[];
  /** Requests to the public internet; private addresses are refused unless the configuration names them. */
  readonly http: HttpClient;
  /** The event bus of the configuration. */
  readonly events: EventPublisher;
  /** The queues of the configuration, never the dispatcher's own. */
  readonly messages: MessageSender;
  /** What the application declared for expressions, and all that these see of `globals`; nodes may read it too. */
  readonly declared?: Readonly<Record<string, Json>>;
  /**
   * The secret behind a reference: `ssm:/orders/payment-key`, `secretsmanager:orders/payment`, or with the field of a
   * JSON secret, `secretsmanager:orders/payment#apiKey`. Ask for it whenever it is used: it is cached for 5 minutes, so
   * a rotated secret counts by then. It must not stand in a result or a pause (`secret.leaked`, I16). Rejects with a
   * `RefluxoError`: `input.invalid` and `secret.scheme-unknown` are terminal, `secret.missing`, `secret.field-missing`
   * and `service.failed` retryable.
   */
  secret(reference: string): Promise<string>;
  /**
   * The link to the pause that a step is about to make: a person who opens it gets a page that asks for the answer, a
   * machine posts `{ "payload": … }` there. It holds the step's `resumeToken()` and so must not stand in a result or a
   * pause either (I16). Rejects as that does.
   */
  resumeUrl(step: StepContext, options?: ResumeTokenOptions): Promise<string>;
}
