import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { asList, at, type functionIds, resource } from "./read-project-template.ts";

/** The packages and the files of this project (below src/) that have a part in a function's bundle. */
async function partsOf(id: (typeof functionIds)[number]): Promise<ReadonlySet<string>> {
  const properties = at(resource(id).Metadata, "BuildProperties");
  const { metafile } = await build({
    entryPoints: asList(at(properties, "EntryPoints")).map(String),
    absWorkingDir: join(import.meta.dirname, "../../src"),
    outdir: "dist",
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "es2024",
    mainFields: ["module", "main"],
    logLevel: "silent",
  });
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs: parts }) => Object.entries(parts));
  const files = inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));
  return new Set(files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file));
}

/** What the services of nodes are made of, and nothing else needs. */
const ofNodes = [
  "ipaddr.js",
  "@aws-sdk/client-eventbridge",
  "@aws-sdk/client-ssm",
  "platforms/aws/http/node-http-client.ts",
];

describe("the bundle", () => {
  test("of the dispatcher holds what the services of nodes are made of", async () => {
    const parts = await partsOf("DispatcherFunction");
    expect(ofNodes.filter((part) => !parts.has(part))).toEqual([]);
  });

  test.each(["ApiFunction", "SweeperFunction"] as const)(
    "of %s, which runs no nodes, holds nothing of it",
    async (id) => {
      const parts = await partsOf(id);
      expect(parts).toContain("valibot");
      expect(ofNodes.filter((part) => parts.has(part))).toEqual([]);
    },
  );
});
