/** The resources of a real AWS account that the suite may use; region and credentials come from the SDK's own chain. */
export interface ConformanceTarget {
  readonly tableName: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly bucket: string;
}

const variables = {
  tableName: "REFLUXO_CONFORMANCE_TABLE",
  queueUrl: "REFLUXO_CONFORMANCE_QUEUE_URL",
  deadLetterQueueUrl: "REFLUXO_CONFORMANCE_DEAD_LETTER_QUEUE_URL",
  bucket: "REFLUXO_CONFORMANCE_BUCKET",
} as const;

/** Undefined when none of the variables is set; throws, naming what is missing, when only some are. */
export function readConformanceTarget(
  environment: Readonly<Record<string, string | undefined>>,
): ConformanceTarget | undefined {
  const missing = Object.values(variables).filter((name) => !environment[name]);
  if (missing.length === Object.values(variables).length) return undefined;
  if (missing.length > 0) throw new Error(`To try real AWS, also set ${missing.join(", ")}`);
  const settingOf = (name: string) => environment[name] ?? "";
  return {
    tableName: settingOf(variables.tableName),
    queueUrl: settingOf(variables.queueUrl),
    deadLetterQueueUrl: settingOf(variables.deadLetterQueueUrl),
    bucket: settingOf(variables.bucket),
  };
}
