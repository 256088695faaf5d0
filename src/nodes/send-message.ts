import * as v from "valibot";
import { RefluxoError } from "../engine/index.ts";
import type { QueueMessage } from "../ports/message-sender.ts";
import { sizeOf } from "./bytes.ts";
import { defineNode } from "./define-node.ts";
import { given } from "./given.ts";
import { idempotencyKeyOf } from "./idempotency-key.ts";
import { wholeRecord } from "./record-of.ts";
import { serviceRetryPolicy } from "./service-retry-policy.ts";

/** The most bytes of a message: its body, and the names, types and values of its attributes. */
const maxMessageBytes = 2 ** 20;
const attributeTypeBytes = "String".length;

/** SQS refuses or replaces every other character (SendMessage, `MessageBody`). */
const takenCharacters = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

const Text = v.pipe(
  v.string(),
  v.minLength(1, "must not be empty"),
  v.regex(takenCharacters, "has a character that a queue does not take"),
);
const FifoId = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,128}$/, "must be 1 to 128 printable ASCII characters"));
const AttributeName = v.pipe(
  v.string(),
  v.regex(/^(?!(?:aws|amazon)\.)(?!.*\.\.)[\w-][\w.-]{0,255}(?<!\.)$/i, "must be the name of a message attribute"),
);

/** The queue, by name or URL, and the message. */
export const SendMessageData = v.strictObject({
  queue: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^[\w-]{1,80}(?:\.fifo)?$/, "must be the name of a queue"),
      v.description("The queue's name; or its URL as `queueUrl`."),
    ),
  ),
  queueUrl: v.exactOptional(v.pipe(v.string(), v.url(), v.description("The queue's URL, in place of `queue`."))),
  body: v.pipe(v.unknown(), v.description("A text as it is, anything else as JSON.")),
  delaySeconds: v.exactOptional(
    v.pipe(
      v.number(),
      v.safeInteger(),
      v.minValue(0),
      v.maxValue(900),
      v.description("How long it stays hidden, s; not for FIFO queues."),
    ),
  ),
  groupId: v.exactOptional(v.pipe(FifoId, v.description("The group of a FIFO queue, or of a fair one."))),
  deduplicationId: v.exactOptional(v.pipe(FifoId, v.description("Of FIFO queues: the step's key when absent."))),
  attributes: v.exactOptional(
    wholeRecord(
      v.pipe(v.record(AttributeName, Text), v.maxEntries(10, "must be at most 10 attributes")),
      "Up to 10 texts by name.",
    ),
  ),
});
export type SendMessageData = v.InferOutput<typeof SendMessageData>;

/** The message as the queue knows it. */
export const SentMessage = v.strictObject({ messageId: v.string() });
export type SentMessage = v.InferOutput<typeof SentMessage>;

/**
 * Sends a message to a queue of the configuration, at least once; to a FIFO queue once within five minutes. Throws
 * terminal errors: `message.invalid`, `message.too-large`, `message.queue-refused`, `message.refused`. What the service throws is
 * retried.
 */
export const sendMessage = defineNode({
  metadata: { description: "Sends a message to an SQS queue.", input: SendMessageData, output: SentMessage },
  retryPolicy: serviceRetryPolicy,
  async executor(data, _context, _externalPayload, globals, step) {
    const { stepKey } = given(step, "step");
    const { body, attributes = {} } = data;
    const queue = queueOf(data);
    const message = { queue, body: writeBody(body), attributes, ...(await deliveryOf(data, queue, stepKey)) };
    assertFits(message);
    const { messageId } = await given(globals, "globals").messages.send(message);
    return { data: { messageId } };
  },
});

function queueOf({ queue, queueUrl }: SendMessageData): string {
  const [named, other] = [queue, queueUrl].filter((name) => name !== undefined);
  if (named === undefined || other !== undefined) throw invalid("it needs queue or queueUrl, and not both");
  return named;
}

/** How a queue of this kind is to treat the message; FIFO queues know no delays of single messages. */
async function deliveryOf(
  data: SendMessageData,
  queue: string,
  stepKey: string,
): Promise<Pick<QueueMessage, "delaySeconds" | "groupId" | "deduplicationId">> {
  const { delaySeconds, groupId, deduplicationId } = data;
  if (!queue.endsWith(".fifo")) {
    if (deduplicationId !== undefined) throw invalid("only a FIFO queue takes a deduplicationId");
    return { ...(delaySeconds !== undefined && { delaySeconds }), ...(groupId !== undefined && { groupId }) };
  }
  if (groupId === undefined) throw invalid("a FIFO queue needs a groupId");
  if (delaySeconds !== undefined) throw invalid("a FIFO queue takes no delaySeconds");
  return { groupId, deduplicationId: deduplicationId ?? (await idempotencyKeyOf(stepKey)) };
}

function writeBody(body: unknown): string {
  if (typeof body !== "string") return escapeRare(JSON.stringify(body ?? null));
  if (body === "") throw invalid("its body is empty");
  if (!takenCharacters.test(body)) throw invalid("its body has a character that a queue does not take");
  return body;
}

/** JSON in which what a queue does not take is escaped; surrogate pairs too, as the local queues do not take them. */
function escapeRare(json: string): string {
  return json.replaceAll(
    /[^\u0020-\uD7FF\uE000-\uFFFD]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function assertFits({ body, attributes }: QueueMessage): void {
  const attributeBytes = Object.entries(attributes).map(
    ([name, value]) => sizeOf(name) + attributeTypeBytes + sizeOf(value),
  );
  const sizeBytes = attributeBytes.reduce((total, bytes) => total + bytes, sizeOf(body));
  if (sizeBytes <= maxMessageBytes) return;
  throw new RefluxoError("message.too-large", `The message has ${sizeBytes} bytes, more than ${maxMessageBytes}`);
}

function invalid(reason: string): RefluxoError {
  return new RefluxoError("message.invalid", `The message is not sent: ${reason}`);
}
