import { parseArgs } from "node:util";

/** What the command line of `npm run redrive` takes. */
export const redriveUsage = `npm run redrive -- --queue <url> [list]                                list the dead letters and their reasons
npm run redrive -- --queue <url> --to <url> send <message id>...        send these back to the step queue
npm run redrive -- --queue <url> --to <url> send --all                  send all of them back

--queue     URL of the dead-letter queue (the stack's output DeadLetterQueueUrl)
--to        URL of the step queue (the stack's output StepQueueUrl)
--endpoint  where SQS is when it is not AWS: http://127.0.0.1:4566 for npm start`;

/** What `npm run redrive` was told. */
export interface RedriveOptions {
  readonly queueUrl: string;
  readonly endpoint?: string;
  readonly command:
    | { readonly type: "list" }
    | { readonly type: "send"; readonly stepQueueUrl: string; readonly choice: "all" | readonly string[] };
}

const known = {
  queue: { type: "string" },
  to: { type: "string" },
  endpoint: { type: "string" },
  all: { type: "boolean" },
} as const;

/** Reads the command line; throws a `TypeError` that says what is wrong with it. */
export function parseRedriveOptions(args: readonly string[]): RedriveOptions {
  const { values, positionals } = parseArgs({ args: [...args], options: known, allowPositionals: true });
  const queueUrl = urlOf("--queue", values.queue);
  const endpoint = values.endpoint === undefined ? {} : { endpoint: urlOf("--endpoint", values.endpoint) };
  const [command = "list", ...messageIds] = positionals;
  if (command === "list") {
    if (messageIds.length > 0 || values.all === true) throw new TypeError("list takes no message ids and no --all");
    return { queueUrl, ...endpoint, command: { type: "list" } };
  }
  if (command !== "send") throw new TypeError(`Unknown command ${command}: it is list or send`);
  if ((values.all === true) === messageIds.length > 0) throw new TypeError("send takes either message ids or --all");
  const stepQueueUrl = urlOf("--to", values.to);
  if (stepQueueUrl === queueUrl) throw new TypeError("--queue and --to are the same queue");
  return {
    queueUrl,
    ...endpoint,
    command: { type: "send", stepQueueUrl, choice: values.all === true ? "all" : messageIds },
  };
}

function urlOf(option: string, value: string | undefined): string {
  if (value === undefined) throw new TypeError(`${option} is required`);
  if (!URL.canParse(value)) throw new TypeError(`${option} is not a URL`);
  return value;
}
