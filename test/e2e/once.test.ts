import { afterAll, describe, expect, test } from "vitest";
import { sampleRuns } from "../../src/workflows/samples.ts";
import { NodeProcess } from "./node-process.ts";
import { writeTemplateVariant } from "./template-variant.ts";

const running: NodeProcess[] = [];
afterAll(() => Promise.all(running.map((started) => started.abandon())));

function runOnce(environment: Readonly<Record<string, string>> = {}): NodeProcess {
  const once = new NodeProcess(["src/platforms/local/main.ts", "--once"], {
    PATH: process.env["PATH"] ?? "",
    ...environment,
  });
  running.push(once);
  return once;
}

/** The samples have a hundred child workflows, and a busy machine takes its time over them. */
const patient = { timeout: 300_000 };

describe("npm start -- --once", () => {
  test("runs every sample to its end and exits 0", patient, async () => {
    const once = runOnce();
    expect(await once.ended, once.output).toBe(0);
    expect(once.output.match(/^✓ .*$/gm)).toEqual(
      sampleRuns.map(({ definitionId, expectedStatus }) => `✓ ${definitionId}: ${expectedStatus}`),
    );
    expect(once.output).not.toMatch(/^✗ /m);
  });

  test("exits 1 when a sample does not end as expected, although the last one does", patient, async () => {
    // An import refuses to write where its own trigger listens.
    const variant = writeTemplateVariant(/PAYLOAD_BUCKET: !Ref PayloadBucket/, "PAYLOAD_BUCKET: !Ref UploadBucket");
    try {
      const once = runOnce({ REFLUXO_TEMPLATE: variant.path });
      expect(await once.ended, once.output).toBe(1);
      expect(once.output.match(/^✗ .*$/gm)).toEqual(["✗ csv-import: failed"]);
      expect(once.output).toContain("A sample workflow did not end as expected.");
    } finally {
      variant.remove();
    }
  });
});
