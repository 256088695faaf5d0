import { execFile } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Metafile } from "esbuild";
import * as v from "valibot";
import { loadTemplate, type TemplateResource } from "../src/platforms/local/template/load-template.ts";
import { filesAtStart } from "./bundle-parts.ts";

/** What esbuild made of one entry point. */
export interface Bundle {
  /** The ES module of the entry point, by its absolute path. */
  readonly file: string;
  /** Relative to src/, as `metafile` names it. */
  readonly entryPoint: string;
  /** What a cold start reads: the handler's file and what it imports before it can run. */
  readonly bytesAtStart: number;
  /** What is in each file of the bundle, by esbuild. */
  readonly metafile: Metafile;
}

/** A function's bundle: the ES module `handlerFile` (absolute path) exports the handler as `handlerName`. */
export interface BuiltFunction extends Bundle {
  readonly logicalId: string;
  readonly handlerFile: string;
  readonly handlerName: string;
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
type BuildProperties = v.InferOutput<typeof BuildableFunction>["Metadata"]["BuildProperties"];

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

/** What a variant of a function's bundle has other than the template says. */
export interface BuildChanges {
  /** Relative to src/. */
  readonly entryPoint?: string;
  /** Everything in one file. */
  readonly isOneFile?: boolean;
}

/** A bundle that a function of the template could have; its one entry point is `file`. Throws as `buildFunctions` does. */
export async function buildVariant(
  logicalId: string,
  directory: string,
  { entryPoint, isOneFile = false }: BuildChanges,
): Promise<Bundle> {
  const { Resources } = loadTemplate(join(projectDirectory, "template.yaml"));
  const { Metadata, Properties } = v.parse(BuildableFunction, Resources[logicalId]);
  const properties: BuildProperties = {
    ...Metadata.BuildProperties,
    ...(entryPoint !== undefined && { EntryPoints: [entryPoint] }),
    ...(isOneFile && { Splitting: false }),
  };
  return bundle(properties, Properties.CodeUri, resolve(directory));
}

async function buildFunction(
  logicalId: string,
  resource: TemplateResource,
  outputDirectory: string,
): Promise<BuiltFunction> {
  const { Metadata, Properties } = v.parse(BuildableFunction, resource);
  const directory = resolve(outputDirectory, logicalId);
  const built = await bundle(Metadata.BuildProperties, Properties.CodeUri, directory);
  const [fileName = "", handlerName = ""] = Properties.Handler.split(".");
  return { ...built, logicalId, handlerFile: join(directory, `${fileName}.mjs`), handlerName };
}

async function bundle(properties: BuildProperties, codeUri: string, directory: string): Promise<Bundle> {
  const [entryPoint] = properties.EntryPoints;
  const metafilePath = `${directory}.metafile.json`;
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await run(esbuildBinary(), [...esbuildArguments(properties, directory), `--metafile=${metafilePath}`], {
    cwd: resolve(projectDirectory, codeUri),
  });
  // The cast is this codec's: esbuild has just written the file.
  const metafile = JSON.parse(await readFile(metafilePath, "utf8")) as Metafile;
  const bytesAtStart = filesAtStart(metafile, entryPoint).reduce((sum, { bytes }) => sum + bytes, 0);
  return { entryPoint, file: join(directory, `${basename(entryPoint, ".ts")}.mjs`), bytesAtStart, metafile };
}

/** SAM hands the properties to esbuild's command line: `Minify: true` → `--minify`, `Banner: [js=…]` → `--banner:js=…`. */
function esbuildArguments(properties: BuildProperties, directory: string): string[] {
  const { EntryPoints, ...options } = properties;
  const flags = Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${toKebabCase(name)}`;
    if (typeof value === "boolean") return value ? [flag] : [];
    return typeof value === "string" ? [`${flag}=${value}`] : value.map((item) => `${flag}:${item}`);
  });
  return [...EntryPoints, "--bundle", "--platform=node", `--outdir=${directory}`, "--log-level=warning", ...flags];
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
