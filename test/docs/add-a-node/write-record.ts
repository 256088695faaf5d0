import * as v from "valibot";
import { lastOutput } from "../../../src/engine/index.ts";
import { defineNode, given } from "../../../src/nodes/index.ts";

/** `from`: the nodes whose outputs are recorded. */
const WriteRecordData = v.strictObject({ from: v.array(v.string()) });

const WrittenRecord = v.object({ key: v.string() });

/** Writes the last outputs of some nodes as one JSON object, `records/<workflowId>.json`. */
export const writeRecord = defineNode({
  metadata: { input: WriteRecordData, output: WrittenRecord },
  retryPolicy: { maxAttempts: 5, interval: 1_000, backoff: "exponential" },
  async executor(data, context, _externalPayload, globals, step) {
    const { blobs, payloadBucket: bucket } = given(globals, "globals");
    const key = `records/${given(step, "step").workflowId}.json`;
    const record = Object.fromEntries(data.from.map((nodeId) => [nodeId, lastOutput(context, nodeId)]));
    await blobs.write({ bucket, key }, JSON.stringify(record), "application/json");
    return { data: { key } };
  },
});
