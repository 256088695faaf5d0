import { RefluxoError } from "../../engine/index.ts";

/** The queues that nodes may send to. */
export interface QueueDirectory {
  /** Their ARNs, of the region of the step queue. */
  readonly arns: readonly string[];
  /** URLs of the dispatcher's own queues, which are refused even when their ARNs are among them: the first is the step queue. */
  readonly ownUrls: readonly [stepQueueUrl: string, ...others: string[]];
}

/**
 * The URL of a queue that is named by its name or URL. It is made of the ARN, on the host that the step queue is on: what a
 * definition says chooses among these and names no host. Throws a terminal `message.queue-refused`.
 */
export function findQueueUrl({ arns, ownUrls }: QueueDirectory, queue: string): string {
  const [stepQueueUrl] = ownUrls;
  const { origin } = new URL(stepQueueUrl);
  const urls = arns.map((arn) => urlOf(arn, origin));
  const found = new Set(urls.filter((url) => url === queue || url.slice(url.lastIndexOf("/") + 1) === queue));
  const [url, another] = found;
  if (url === undefined) throw refused(queue, "is not among the queues that nodes may send to (MessageQueueArns)");
  if (another !== undefined) throw refused(queue, "is the name of two queues that nodes may send to: give its URL");
  if (ownUrls.includes(url)) throw refused(queue, "is the dispatcher's own: what is sent there would run as a step");
  return url;
}

/** `arn:aws:sqs:<region>:<account>:<name>` as `<origin>/<account>/<name>`. */
function urlOf(arn: string, origin: string): string {
  const [account, name] = arn.split(":").slice(-2);
  return `${origin}/${account}/${name}`;
}

function refused(queue: string, reason: string): RefluxoError {
  return new RefluxoError("message.queue-refused", `The queue ${queue.slice(0, 200)} ${reason}`);
}
