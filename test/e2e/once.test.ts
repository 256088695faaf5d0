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

describe("npm start -- --once", () => {
  test("runs every sample to its end and exits 0", async () => {
    const once = runOnce();
    expect(await once.ended, once.output).toBe(0);
    expect(once.output.match(/^✓ .*$/gm)).toEqual(
      sampleRuns.map(({ definitionId, expectedStatus }) => `✓ ${definitionId}: ${expectedStatus}`),
    );
    expect(once.output).not.toMatch(/^✗ /m);
    // What two of the samples are there to show.
    expect(once.output).toMatch(
      /trip-2001 v3 cancel-hotel → hotel undone[\s\S]*trip-2001 v4 cancel-flight → flight undone/,
    );
    expect(once.output).toContain("CAR-CONVERTIBLE is sold out\n  undone: 2, not undone: 0");
    expect(once.output).toMatch(
      /expense-3001 v4 manager → timed out, then escalate[\s\S]*expense-3001 v7 director workflow resumed/,
    );
  });

  test("exits 1 when a sample does not end as expected, although the last one does", async () => {
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
