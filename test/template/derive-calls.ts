import { join } from "node:path";
import { build } from "esbuild";

/** An AWS call that a bundle can make: an SDK command, and the file below src/ that makes it. */
export interface AwsCall {
  readonly command: string;
  readonly source: string;
}

const sourceDirectory = join(import.meta.dirname, "../../src");

/**
 * The AWS calls of a bundle, by the commands that tree shaking leaves of this project and of all packages but the SDK
 * itself. (The SDK stays outside: it brings commands along that nothing calls, such as DescribeEndpoints.) The entry
 * point is relative to src/. Throws for a use of the SDK that hides its calls.
 */
export async function deriveCalls(entryPoint: string): Promise<readonly AwsCall[]> {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    absWorkingDir: sourceDirectory,
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "es2024",
    mainFields: ["module", "main"],
    external: ["@aws-sdk/*"],
    legalComments: "none",
    logLevel: "silent",
  });
  return readCalls(outputFiles[0]?.text ?? "");
}

/** The AWS calls in the text of a bundle that esbuild has not minified: a comment names the file before each of its parts. */
export function readCalls(bundle: string): readonly AwsCall[] {
  const code = bundle.replaceAll(namedImport, "");
  const isUsed = (name: string) => new RegExp(`(?<![\\w$.])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(code);
  return splitByFile(bundle).flatMap(({ source, text }) =>
    [...new Set([...importedCommands(source, text, isUsed), ...lazyCommands(text)])].map((command) => ({
      command,
      source,
    })),
  );
}

const namedImport = /\bimport \{([^}]*)\} from "@aws-sdk\/[^"]+"/g;
const lazyImport = /\bimport\("@aws-sdk\/[^"]+"\)/g;
const bareImport = /^import "@aws-sdk\/[^"]+"/gm;

function splitByFile(bundle: string): readonly { readonly source: string; readonly text: string }[] {
  const [head = "", ...parts] = bundle.split(/^\/\/ (\S+\.(?:[cm]?[jt]s|json))$/m);
  const files = parts.flatMap((source, index) => (index % 2 === 0 ? [{ source, text: parts[index + 1] ?? "" }] : []));
  return [{ source: "(no file)", text: head }, ...files];
}

/** The commands that a file imports and the bundle uses: tree shaking takes what uses an import, and leaves the import. */
function importedCommands(source: string, text: string, isUsed: (name: string) => boolean): readonly string[] {
  const named = [...text.matchAll(namedImport)];
  const understood = named.length + countOf(text, lazyImport) + countOf(text, bareImport);
  if (countOf(text, /["']@aws-sdk\//g) !== understood) {
    throw new Error(`${source} imports an SDK package as a whole, which hides its calls: import its commands by name`);
  }
  const imports = named.flatMap(([, list = ""]) => list.split(",").map((item) => item.trim().split(" as ")));
  return imports.flatMap(([name = "", localName = name]) => {
    if (/(?:Client|Exception)$/.test(name)) return [];
    if (!name.endsWith("Command")) throw new Error(`${source} imports ${name} of the SDK, which hides its calls`);
    return isUsed(localName) ? [name] : [];
  });
}

/** Every command that a file speaks of, where it imports the SDK when it first needs it. */
function lazyCommands(text: string): readonly string[] {
  return countOf(text, lazyImport) === 0 ? [] : (text.match(/\b[A-Z]\w*Command\b/g) ?? []);
}

function countOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
