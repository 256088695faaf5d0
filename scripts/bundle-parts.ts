import type { Metafile } from "esbuild";

/** A file of a bundle, as esbuild's metafile describes it. */
export type BundleFile = Metafile["outputs"][string];

/**
 * The files that are read before the handler of a bundle can run: the entry point's and what it imports, directly or
 * not, other than by `import()`. Throws when the bundle has no such entry point.
 */
export function filesAtStart({ outputs }: Metafile, entryPoint: string): readonly BundleFile[] {
  const entry = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entryPoint);
  if (entry === undefined) throw new Error(`The bundle has no entry point ${entryPoint}`);
  const paths = new Set([entry]);
  // A set is walked to its end, also to what is added meanwhile.
  for (const path of paths) {
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) paths.add(imported);
    }
  }
  return [...paths].flatMap((path) => outputs[path] ?? []);
}

/** The source files that have code in files of a bundle, and how many bytes. */
export function sourcesOf(files: readonly BundleFile[]): ReadonlyMap<string, number> {
  return new Map(
    files.flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]): [string, number][] =>
        bytesInOutput > 0 ? [[path, bytesInOutput]] : [],
      ),
    ),
  );
}

/** The package of a source file, and where it is installed; undefined for a file of this project. */
export function packageOf(path: string): { readonly name: string; readonly folder: string } | undefined {
  const [, folder, name] = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(path) ?? [];
  return folder === undefined || name === undefined ? undefined : { name, folder };
}
