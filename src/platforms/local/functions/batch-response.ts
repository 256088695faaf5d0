import * as v from "valibot";
import { RefluxoError } from "../../../engine/index.ts";

/** A null list counts as empty. */
const Failures = v.nullish(v.array(v.object({ itemIdentifier: v.pipe(v.string(), v.minLength(1)) })));
const BatchResponse = v.nullish(v.looseObject({ batchItemFailures: Failures }));

/**
 * The ids of the messages that a function reports as failed; none for an empty answer. Throws a `RefluxoError`
 * (`local.batch-response-invalid`) for an answer that Lambda takes for the failure of the whole batch: another shape,
 * an empty id, or an id that is not in the batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function readFailedIds(response: unknown, batchIds: readonly string[]): ReadonlySet<string> {
  const result = v.safeParse(BatchResponse, response);
  if (!result.success) {
    throw invalid(`${v.getDotPath(result.issues[0]) ?? "the response"}: ${result.issues[0].message}`);
  }
  const failed = new Set((result.output?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
  const strange = [...failed].find((id) => !batchIds.includes(id));
  if (strange !== undefined) throw invalid(`${strange} is not a message of the batch`);
  return failed;
}

function invalid(reason: string): RefluxoError {
  return new RefluxoError(
    "local.batch-response-invalid",
    `Invalid batch response, so the whole batch fails: ${reason}`,
  );
}
