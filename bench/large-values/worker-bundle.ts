import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The worker as one file, which is deleted with its folder. */
export interface WorkerBundle {
  readonly file: string;
  remove(): Promise<void>;
}

/**
 * Bundles the worker as the template has its functions bundled: Node's own stripping of types would be resident in the
 * worker and in no deployed function.
 */
export async function bundleWorker(): Promise<WorkerBundle> {
  const folder = await mkdtemp(join(tmpdir(), "refluxo-large-values-"));
  const file = join(folder, "worker.mjs");
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await build({
      entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url))],
      outfile: file,
      bundle: true,
      minify: true,
      platform: "node",
      format: "esm",
      target: "es2024",
      mainFields: ["module", "main"],
      logLevel: "warning",
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
  } catch (error) {
    await remove();
    throw error;
  }
  return { file, remove };
}
