import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { sampleRuns } from "../../src/workflows/samples.ts";
import { NodeProcess } from "./node-process.ts";
import { writeTemplateVariant } from "./template-variant.ts";

const page = readFileSync(new URL("../../docs/errors-and-time.md", import.meta.url), "utf8");
/** What the page shows of the samples that undo and escalate. */
const shownBlocks = [...page.matchAll(/^```text\n([\s\S]*?)^```/gm)].map(([, text = ""]) => text);

/** What was printed, without the time of each line and how long each step took. */
function timeless(text: string): string {
  return text.replaceAll(/^\d\d:\d\d:\d\d\.\d{3} /gm, "").replaceAll(/\(\d+ ms\)/g, "(ms)");
}

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
  test(
    "runs every sample to its end, prints what docs/errors-and-time.md shows of two, and exits 0",
    patient,
    async () => {
      const once = runOnce();
      expect(await once.ended, once.output).toBe(0);
      expect(shownBlocks).toHaveLength(2);
      expect(once.output.match(/^✓ .*$/gm)).toEqual(
        sampleRuns.map(({ definitionId, expectedStatus }) => `✓ ${definitionId}: ${expectedStatus}`),
      );
      expect(once.output).not.toMatch(/^✗ /m);
      // A line may come after that of a look at the workflow, so their order is not certain.
      const lines = timeless(once.output).split("\n");
      for (const shown of shownBlocks)
        expect(lines).toEqual(expect.arrayContaining(timeless(shown).trimEnd().split("\n")));
    },
  );

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
