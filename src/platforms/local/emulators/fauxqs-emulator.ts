import { join } from "node:path";
import { listenError, loopbackHost, portOf } from "../loopback.ts";
import {
  type FauxqsObject,
  type FauxqsParts,
  type FauxqsPersistence,
  type FauxqsS3Store,
  type FauxqsSqsStore,
  loadFauxqs,
} from "./fauxqs-internals.ts";

/** The largest request body that is taken. */
const maxBodyBytes = 64 * 2 ** 20;

/** An object that was just stored. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  /** Hexadecimal; later writes of one key compare greater as text. */
  readonly sequencer: string;
  readonly isMultipart: boolean;
}

/** SQS and S3 on this machine. */
export interface FauxqsEmulator {
  readonly port: number;
  /** Puts a message on a queue before it returns; throws when there is no such queue. */
  enqueue(queueName: string, body: string): void;
  /**
   * Calls back for every object that is stored, inside the request: what the listener enqueues is stored before the
   * upload is answered, so that an acknowledged upload never loses its event.
   */
  onObjectStored(listener: (object: StoredObject) => void): void;
  /** Ends the long polls that wait; each answers with what there is. */
  endLongPolls(): void;
  stop(): Promise<void>;
}

/**
 * Starts fauxqs on loopback, with its data in `<stateFolder>/sqs-s3` or in memory; port 0 takes any free one.
 * Messages that a previous process had received are visible again at once: whoever held them ended with it.
 * Throws a `RefluxoError` (`local.port-taken`) when the port is taken.
 */
export async function startFauxqsEmulator(options: {
  readonly stateFolder?: string;
  /** Loopback when absent. */
  readonly host?: string | undefined;
  readonly port: number;
  readonly region: string;
}): Promise<FauxqsEmulator> {
  const parts = await loadFauxqs();
  const stores = { sqsStore: new parts.SqsStore(), snsStore: new parts.SnsStore(), s3Store: new parts.S3Store() };
  const { sqsStore, s3Store } = stores;
  // Without a host a queue's URL carries the address of the request that made it: 127.0.0.1 and the port.
  sqsStore.host = "";
  const persistence =
    options.stateFolder === undefined ? undefined : loadState(parts, stores, join(options.stateFolder, "sqs-s3"));
  const app = parts.buildApp({ logger: false, defaultRegion: options.region, stores });
  takeLargeBodies(app);
  const stop = async () => {
    await app.close();
    persistence?.close();
  };
  try {
    await app.listen({ port: options.port, host: options.host ?? loopbackHost });
  } catch (error) {
    await stop();
    if (!(error instanceof Error)) throw error;
    throw listenError(error, options.port, { title: "the SQS and S3 emulator", portVariable: "REFLUXO_SQS_S3_PORT" });
  }
  const port = portOf(app.server);
  reviveQueues(sqsStore, port);
  return {
    port,
    enqueue: (queueName, body) => {
      const queue = sqsStore.getQueueByName(queueName);
      if (queue === undefined) throw new TypeError(`There is no queue ${queueName}`);
      queue.enqueue(parts.SqsStore.createMessage(body));
    },
    onObjectStored: (listener) => watchObjects(s3Store, listener),
    endLongPolls: () => sqsStore.shutdown(),
    stop,
  };
}

/** The original takes bodies of 11 MiB, and S3 objects of 5 GiB: this takes the largest value that is stored (50 MiB). */
function takeLargeBodies(app: ReturnType<FauxqsParts["buildApp"]>): void {
  app.removeContentTypeParser("*");
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: maxBodyBytes }, (_request, body, done) => {
    done(null, body);
  });
}

function loadState(
  parts: FauxqsParts,
  stores: Parameters<FauxqsParts["buildApp"]>[0]["stores"],
  folder: string,
): FauxqsPersistence {
  const persistence = new parts.PersistenceManager(folder);
  // SQLite's write-ahead log survives the death of the process without a disk flush for every message.
  persistence.db.exec("PRAGMA synchronous = NORMAL");
  const markReady = persistence.db.prepare(
    "UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?",
  );
  // The original also clears the count of receives, which its own table refuses: the message would be lost.
  persistence.updateMessageReady = (messageId) => {
    markReady.run(messageId);
  };
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  stores.sqsStore.persistence = persistence;
  stores.snsStore.persistence = persistence;
  stores.s3Store.persistence = persistence;
  return persistence;
}

/** Gives loaded queues today's address, and frees the messages that the previous process held. */
function reviveQueues(store: FauxqsSqsStore, port: number): void {
  for (const [oldUrl, queue] of [...store.queues]) {
    store.queues.delete(oldUrl);
    const url = new URL(oldUrl);
    url.host = `${loopbackHost}:${port}`;
    queue.url = url.href;
    store.queues.set(queue.url, queue);
    if (store.persistence !== undefined) queue.persistence = store.persistence;
    for (const receiptHandle of [...queue.inflightMessages.keys()]) queue.changeVisibility(receiptHandle, 0);
  }
}

function watchObjects(store: FauxqsS3Store, listener: (object: StoredObject) => void): void {
  const sequencers = new WeakMap<FauxqsObject, string>();
  let last = 0;
  store.spy = {
    addMessage: ({ bucket, key, status }) => {
      if (status !== "uploaded") return;
      const object = store.headObject(bucket, key);
      // A form upload is reported twice; the same object keeps its sequencer, so that both are one version.
      let sequencer = sequencers.get(object);
      if (sequencer === undefined) {
        last = Math.max(last + 1, object.lastModified.getTime() * 1_000);
        sequencer = last.toString(16).toUpperCase().padStart(18, "0");
        sequencers.set(object, sequencer);
      }
      listener({
        bucket,
        key,
        sizeBytes: object.contentLength,
        etag: object.etag.replaceAll('"', ""),
        sequencer,
        isMultipart: object.parts !== undefined,
      });
    },
  };
}
