import * as v from "valibot";

/**
 * What Lambda sends to an OnFailure destination, as far as we read it.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
const InvocationRecord = v.object({
  requestContext: v.object({ functionArn: v.string(), condition: v.string() }),
  requestPayload: v.record(v.string(), v.unknown()),
});

/** A direct asynchronous invocation that Lambda gave up. */
export interface FailedInvocation {
  /** The event as JSON: a message of ours, which the queue takes as well. */
  readonly event: string;
  /** Why Lambda gave up, such as `RetriesExhausted`. */
  readonly condition: string;
}

/** The invocation that a dead letter is the record of; undefined when it is something else. */
export function readFailedInvocation(body: string): FailedInvocation | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // A body that is no JSON is no record of Lambda's.
    return undefined;
  }
  const record = v.safeParse(InvocationRecord, value);
  if (!record.success) return undefined;
  const { requestContext, requestPayload } = record.output;
  return { event: JSON.stringify(requestPayload), condition: requestContext.condition };
}
