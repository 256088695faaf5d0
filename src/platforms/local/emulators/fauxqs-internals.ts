import { findPackageJSON } from "node:module";
import { pathToFileURL } from "node:url";

// fauxqs 2.4.1's own start function listens on every interface and keeps its stores to itself, so its parts are put
// together here. What follows are the facts of its sources that are used, and nothing more.

/** A message as fauxqs keeps it. */
export interface FauxqsMessage {
  readonly messageId: string;
  readonly approximateReceiveCount: number;
  readonly approximateFirstReceiveTimestamp?: number;
}

/** A queue; its URL is kept as it was when the queue was made. */
export interface FauxqsQueue {
  readonly name: string;
  readonly arn: string;
  url: string;
  readonly inflightMessages: ReadonlyMap<string, { readonly message: FauxqsMessage }>;
  persistence?: FauxqsPersistence;
  enqueue(message: FauxqsMessage): void;
  changeVisibility(receiptHandle: string, seconds: number): void;
  cancelWaiters(): void;
}

/** All queues. */
export interface FauxqsSqsStore {
  readonly queues: Map<string, FauxqsQueue>;
  host: string;
  region: string;
  persistence?: FauxqsPersistence;
  getQueueByName(name: string): FauxqsQueue | undefined;
  /** Ends every long poll that waits; each answers with what there is. */
  shutdown(): void;
}

/** What is known of an object; the same value for as long as the object is not replaced. */
export interface FauxqsObject {
  readonly key: string;
  readonly contentLength: number;
  readonly etag: string;
  readonly lastModified: Date;
  /** Set when it was uploaded in parts. */
  readonly parts?: readonly unknown[];
}

/** All buckets; the spy is called inside a request, after the object was stored and before the answer. */
export interface FauxqsS3Store {
  persistence?: FauxqsPersistence;
  spy?: { addMessage(event: { readonly bucket: string; readonly key: string; readonly status: string }): void };
  headObject(bucket: string, key: string): FauxqsObject;
}

/** Topics, which nothing here uses. */
export interface FauxqsSnsStore {
  persistence?: FauxqsPersistence;
}

/** SQLite below the stores. */
export interface FauxqsPersistence {
  readonly db: { exec(sql: string): void; prepare(sql: string): { run(...values: readonly string[]): unknown } };
  load(sqs: FauxqsSqsStore, sns: FauxqsSnsStore, s3: FauxqsS3Store): void;
  updateMessageReady(messageId: string): void;
  close(): void;
}

/** The web server around the stores. */
export interface FauxqsApp {
  readonly server: import("node:http").Server;
  removeContentTypeParser(contentType: string): void;
  addContentTypeParser(
    contentType: string,
    options: { readonly parseAs: "buffer"; readonly bodyLimit: number },
    parse: (request: unknown, body: Uint8Array, done: (error: null, body: Uint8Array) => void) => void,
  ): void;
  listen(options: { readonly port: number; readonly host: string }): Promise<string>;
  close(): Promise<void>;
}

/** The parts of fauxqs. */
export interface FauxqsParts {
  buildApp(options: {
    readonly logger: boolean;
    readonly defaultRegion: string;
    readonly stores: {
      readonly sqsStore: FauxqsSqsStore;
      readonly snsStore: FauxqsSnsStore;
      readonly s3Store: FauxqsS3Store;
    };
  }): FauxqsApp;
  readonly SqsStore: { new (): FauxqsSqsStore; createMessage(body: string): FauxqsMessage };
  readonly SnsStore: new () => FauxqsSnsStore;
  readonly S3Store: new () => FauxqsS3Store;
  readonly PersistenceManager: new (folder: string) => FauxqsPersistence;
}

/** Loads the parts of fauxqs by file, since its package exports only the whole. */
export async function loadFauxqs(): Promise<FauxqsParts> {
  const manifest = findPackageJSON("fauxqs", import.meta.url);
  if (manifest === undefined) throw new TypeError("The package fauxqs is not installed");
  const root = pathToFileURL(manifest);
  const load = (file: string) => import(new URL(`dist/${file}`, root).href);
  const [app, sqs, sns, s3, persistence] = await Promise.all([
    load("app.js"),
    load("sqs/sqsStore.js"),
    load("sns/snsStore.js"),
    load("s3/s3Store.js"),
    load("persistence.js"),
  ]);
  return { ...app, ...sqs, ...sns, ...s3, ...persistence };
}
