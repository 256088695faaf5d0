import * as v from "valibot";

const text = v.pipe(v.string(), v.minLength(1, "must be set"));
const url = v.pipe(v.string(), v.url());
const days = v.pipe(v.string(), v.regex(/^\d{1,4}$/, "must be a number of days"), v.transform(Number));

const bytes = v.pipe(v.string(), v.regex(/^\d{1,6}$/, "must be a number of bytes"), v.transform(Number));

const steps = v.pipe(
  v.string(),
  v.regex(/^\d{1,2}$/, "must be a number of steps"),
  v.transform(Number),
  v.minValue(1, "must be at least 1"),
  v.maxValue(25, "must be at most 25"),
);

/** Over how many shards an index spreads what it would keep under one key. */
const shards = v.pipe(v.string(), v.regex(/^(?:8|16|32|64)$/, "must be 8, 16, 32 or 64"), v.transform(Number));

/** A list with commas between its items; empty text has none. */
const list = v.pipe(
  v.string(),
  v.transform((items) => items.split(",").flatMap((item) => item.trim() || [])),
);

/** What ApiFunction reads from its environment. */
export const apiEnvironment = v.object({
  TABLE_NAME: text,
  QUEUE_URL: url,
  RESUME_KEY_SECRET_ARN: text,
  RETENTION_DAYS: days,
  INDEX_SHARDS: shards,
  PAYLOAD_BUCKET: text,
  INLINE_VALUE_BYTES: bytes,
});
export type ApiEnvironment = v.InferOutput<typeof apiEnvironment>;

/** What DispatcherFunction reads from its environment. */
export const dispatcherEnvironment = v.object({
  ...apiEnvironment.entries,
  DEAD_LETTER_QUEUE_URL: url,
  /** Where the HTTP API is reached, for the links that nodes make. */
  API_URL: url,
  /** What nodes may read objects of, beside the payload bucket. */
  UPLOAD_BUCKET: text,
  /** What requests of nodes may reach beside the public internet: networks, and hosts with a port. */
  HTTP_ALLOWED_NETWORKS: v.string(),
  /** Where nodes publish events. */
  EVENT_BUS_NAME: text,
  /** The queues that nodes may send to. */
  MESSAGE_QUEUE_ARNS: list,
  /** How many steps of a workflow one message may run. */
  STEPS_PER_INVOCATION: steps,
});
export type DispatcherEnvironment = v.InferOutput<typeof dispatcherEnvironment>;

/** What SweeperFunction reads from its environment. */
export const sweeperEnvironment = v.object({ TABLE_NAME: text, QUEUE_URL: url, INDEX_SHARDS: shards });
export type SweeperEnvironment = v.InferOutput<typeof sweeperEnvironment>;

/** Reads a function's environment; throws at start, naming the variable, when one is missing or malformed. */
export function readEnvironment<TSchema extends v.GenericSchema>(
  schema: TSchema,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, environment);
  if (result.success) return result.output;
  const issues = result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  throw new Error(`The function's environment is not complete: ${issues.join("; ")}`);
}

/** The X-Ray header of the invocation that runs, which Lambda sets anew for each; undefined elsewhere. */
export function traceHeader(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  return environment["_X_AMZN_TRACE_ID"];
}

/** Where Lambda's X-Ray daemon listens, `<host>:<port>`; undefined without active tracing. */
export function traceDaemonAddress(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  return environment["AWS_XRAY_DAEMON_ADDRESS"];
}

/** Whether S3 is an emulator, under `sam local`: the SDK then has to name buckets in the path, not in the host. */
export function hasOwnS3Endpoint(environment: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return environment["AWS_ENDPOINT_URL_S3"] !== undefined;
}
