import type { Node } from "./definition.ts";

const fields: Readonly<Record<string, { readonly isFit: (value: unknown) => boolean; readonly must: string }>> = {
  maxAttempts: {
    isFit: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
    must: "a whole number from 1 on",
  },
  interval: { isFit: isDuration, must: "a number of milliseconds from 0 on" },
  backoff: { isFit: (value) => value === "fixed" || value === "exponential", must: "fixed or exponential" },
  maxDelay: { isFit: isOptional(isDuration), must: "a number of milliseconds from 0 on" },
  jitter: {
    isFit: isOptional((value) => value === "none" || value === "full"),
    must: "none or full",
  },
  retryOn: { isFit: isOptional(isListOfCodes), must: "a list of error codes" },
  giveUpOn: { isFit: isOptional(isListOfCodes), must: "a list of error codes" },
  maxElapsedTime: { isFit: isOptional(isDuration), must: "a number of milliseconds from 0 on" },
};

/** What is wrong with a node's own retry policy; it may come straight from a JSON file, or from a user's code. */
export function listRetryPolicyProblems({ id, retryPolicy }: Node): string[] {
  const policy: unknown = retryPolicy;
  if (policy === undefined) return [];
  if (typeof policy !== "object" || policy === null) return [`Node '${id}' has a retryPolicy that is no object`];
  return Object.entries(fields).flatMap(([name, { isFit, must }]) =>
    isFit(Reflect.get(policy, name)) ? [] : [`Node '${id}' has a retryPolicy whose ${name} is not ${must}`],
  );
}

function isDuration(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isListOfCodes(value: unknown): boolean {
  return Array.isArray(value) && value.every((code) => typeof code === "string" && code !== "");
}

function isOptional(isFit: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || isFit(value);
}
