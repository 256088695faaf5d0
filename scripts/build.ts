import { execFile } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Metafile } from "esbuild";
import * as v from "valibot";
import { loadTemplate, type TemplateResource } from "../src/platforms/local/template/load-template.ts";
import { filesAtStart } from "./bundle-parts.ts";

/** A function's bundle: the ES module `handlerFile` (absolute path) exports the handler as `handlerName`. */
export interface BuiltFunction {
  readonly logicalId: string;
  readonly handlerFile: string;
  readonly handlerName: string;
  /** Relative to src/, as `metafile` names it. */
  readonly entryPoint: string;
  /** What a cold start reads: the handler's file and what it imports before it can run. */
  readonly bytesAtStart: number;
  /** What is in each file of the bundle, by esbuild. */
  readonly metafile: Metafile;
}

const BuildableFunction = v.object({
  Metadata: v.object({
    BuildMethod: v.literal("esbuild"),
    BuildProperties: v.objectWithRest(
      { EntryPoints: v.tuple([v.string()]) },
      v.union([v.boolean(), v.string(), v.array(v.string())]),
    ),
  }),
  Properties: v.object({
    CodeUri: v.string(),
    Handler: v.pipe(v.string(), v.regex(/^[\w-]+\.\w+$/, "must be <file>.<export>")),
  }),
});
type BuildableFunction = v.InferOutput<typeof BuildableFunction>;

const projectDirectory = resolve(import.meta.dirname, "..");
const run = promisify(execFile);

/**
 * Bundles every function of template.yaml with the esbuild options of its Metadata, as `sam build` does, into
 * `<outputDirectory>/<logical id>/`, which it empties first.
 * Throws a ValiError for a function that it cannot build, esbuild's error, or the file system's.
 */
export async function buildFunctions(outputDirectory: string): Promise<readonly BuiltFunction[]> {
  const { Resources } = loadTemplate(join(projectDirectory, "template.yaml"));
  const functions = Object.entries(Resources).filter(([, resource]) => resource.Type === "AWS::Serverless::Function");
  return Promise.all(functions.map(([logicalId, resource]) => buildFunction(logicalId, resource, outputDirectory)));
}

async function buildFunction(
  logicalId: string,
  resource: TemplateResource,
  outputDirectory: string,
): Promise<BuiltFunction> {
  const buildable = v.parse(BuildableFunction, resource);
  const { CodeUri, Handler } = buildable.Properties;
  const functionDirectory = resolve(outputDirectory, logicalId);
  await rm(functionDirectory, { recursive: true, force: true });
  const { BuildProperties } = buildable.Metadata;
  const metafilePath = join(resolve(outputDirectory), `${logicalId}.metafile.json`);
  await mkdir(functionDirectory, { recursive: true });
  await run(esbuildBinary(), [...esbuildArguments(BuildProperties, functionDirectory), `--metafile=${metafilePath}`], {
    cwd: resolve(projectDirectory, CodeUri),
  });
  // The cast is this codec's: esbuild has just written the file.
  const metafile = JSON.parse(await readFile(metafilePath, "utf8")) as Metafile;
  const [entryPoint] = BuildProperties.EntryPoints;
  const [fileName = "", handlerName = ""] = Handler.split(".");
  const handlerFile = join(functionDirectory, `${fileName}.mjs`);
  const bytesAtStart = filesAtStart(metafile, entryPoint).reduce((sum, { bytes }) => sum + bytes, 0);
  return { logicalId, handlerFile, handlerName, entryPoint, bytesAtStart, metafile };
}

/** SAM hands the properties to esbuild's command line: `Minify: true` → `--minify`, `Banner: [js=…]` → `--banner:js=…`. */
function esbuildArguments(
  properties: BuildableFunction["Metadata"]["BuildProperties"],
  functionDirectory: string,
): string[] {
  const { EntryPoints, ...options } = properties;
  const flags = Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${toKebabCase(name)}`;
    if (typeof value === "boolean") return value ? [flag] : [];
    return typeof value === "string" ? [`${flag}=${value}`] : value.map((item) => `${flag}:${item}`);
  });
  return [
    ...EntryPoints,
    "--bundle",
    "--platform=node",
    `--outdir=${functionDirectory}`,
    "--log-level=warning",
    ...flags,
  ];
}

function toKebabCase(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, "-$&").toLowerCase();
}

function esbuildBinary(): string {
  return join(dirname(createRequire(import.meta.url).resolve("esbuild/package.json")), "bin", "esbuild");
}

if (import.meta.main) {
  for (const { logicalId, handlerFile, bytesAtStart } of await buildFunctions(join(projectDirectory, "dist"))) {
    console.log(`${logicalId.padEnd(20)} ${(bytesAtStart / 1000).toFixed(0).padStart(6)} kB at start  ${handlerFile}`);
  }
}
