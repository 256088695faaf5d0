import type { DispatcherDependencies, RecordPorts } from "./dependencies.ts";

/** The ports of lists, histories and erasures; throws where the platform gave none, which is a bug. */
export function recordsOf({ records }: Pick<DispatcherDependencies, "records">): RecordPorts {
  if (records === undefined) throw new TypeError("This dispatcher was made without the ports of records");
  return records;
}
