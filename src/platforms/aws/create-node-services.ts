import type { EventBridgeClientConfig } from "@aws-sdk/client-eventbridge";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "../../ports/clock.ts";
import type { HttpClient } from "../../ports/http-client.ts";
import type { NodeGlobals } from "../../ports/node-globals.ts";
import type { DispatcherEnvironment } from "./config.ts";
import { EventBridgePublisher } from "./eventbridge-publisher.ts";
import { readNetworks } from "./http/read-networks.ts";
import { LazyHttpClient } from "./lazy-http-client.ts";
import { SqsMessageSender } from "./sqs-message-sender.ts";

/** The services of nodes that reach out, and what closes their connections. */
export type NodeServices = Pick<NodeGlobals, "http" | "events" | "messages" | "readableBuckets"> & {
  close(): void;
};

/** What the services of nodes are made of. */
export interface NodeServiceParts {
  readonly environment: Pick<DispatcherEnvironment, "QUEUE_URL"> & Partial<DispatcherEnvironment>;
  readonly sqs: SQSClient;
  readonly clock: Clock;
  readonly eventBridge: EventBridgeClientConfig | undefined;
}

/** Makes the services for nodes of what the environment allows; throws `http.networks-invalid`. */
export function createNodeServices({ environment, sqs, clock, eventBridge }: NodeServiceParts): NodeServices {
  const { QUEUE_URL, DEAD_LETTER_QUEUE_URL, PAYLOAD_BUCKET, UPLOAD_BUCKET } = environment;
  const { HTTP_ALLOWED_NETWORKS = "", EVENT_BUS_NAME = "default", MESSAGE_QUEUE_ARNS = [] } = environment;
  // What cannot be read stops the function at its start, not at a request.
  readNetworks(HTTP_ALLOWED_NETWORKS);
  const events = new EventBridgePublisher(EVENT_BUS_NAME, eventBridge);
  const ownUrls = [DEAD_LETTER_QUEUE_URL].filter((url) => url !== undefined);
  return {
    http: new LazyHttpClient(() => loadHttpClient(HTTP_ALLOWED_NETWORKS, clock)),
    events,
    messages: new SqsMessageSender(sqs, { arns: MESSAGE_QUEUE_ARNS, ownUrls: [QUEUE_URL, ...ownUrls] }),
    readableBuckets: [PAYLOAD_BUCKET, UPLOAD_BUCKET].filter((bucket) => bucket !== undefined),
    close: () => void events.close(),
  };
}

async function loadHttpClient(networks: string, clock: Clock): Promise<HttpClient> {
  const [{ NodeHttpClient }, { parseAllowedNetworks }] = await Promise.all([
    import("./http/node-http-client.ts"),
    import("./http/allowed-networks.ts"),
  ]);
  return new NodeHttpClient({ allowed: parseAllowedNetworks(networks), clock });
}
