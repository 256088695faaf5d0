import { createHash } from "node:crypto";
import type { IgnoreCommand, StartCommand } from "../contracts/command.ts";
import type { ObjectBinding, TriggerBindings } from "../contracts/trigger-bindings.ts";

/** An object that appeared in a bucket, whichever kind of notification told of it. */
export interface CreatedObject {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  readonly versionId?: string | null | undefined;
  readonly sequencer?: string | null | undefined;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly region?: string | null | undefined;
}

/** The start that an object asks for, or an ignore when no definition is bound to its key. */
export function objectStart(object: CreatedObject, bindings: TriggerBindings): StartCommand | IgnoreCommand {
  const binding = bindings.objectCreated.find((candidate) => fitsKey(candidate, object.key));
  if (binding === undefined) return { type: "ignore", reason: "no definition is bound to the object's key" };
  const versionId = presentVersion(object.versionId);
  return {
    type: "start",
    schemaVersion: 1,
    definitionId: binding.definitionId,
    workflowId: objectWorkflowId(object),
    input: {
      bucket: object.bucket,
      key: object.key,
      ...(versionId === undefined ? {} : { versionId }),
      sizeBytes: object.sizeBytes,
      etag: object.etag,
      ...(object.region ? { region: object.region } : {}),
    },
  };
}

/**
 * One object version is one workflow, whatever the number and kind of its notifications (I12). In a bucket without
 * versioning the sequencer tells two writes of a key apart: S3 gives one write the same sequencer in both kinds.
 */
function objectWorkflowId({ bucket, key, versionId, sequencer, etag }: CreatedObject): string {
  const identity = JSON.stringify([bucket, key, presentVersion(versionId) ?? (sequencer || etag)]);
  return `s3-${createHash("sha256").update(identity).digest("hex").slice(0, 40)}`;
}

/** S3 calls the version of an object that was written without versioning "null". */
function presentVersion(versionId: string | null | undefined): string | undefined {
  return versionId && versionId !== "null" ? versionId : undefined;
}

function fitsKey({ keyPrefix = "", keySuffix = "" }: ObjectBinding, key: string): boolean {
  return key.startsWith(keyPrefix) && key.endsWith(keySuffix);
}
