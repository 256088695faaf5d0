import { registerHooks } from "node:module";
import { filesOf, type Mutant, mutate } from "./mutate.ts";

/** Loads the mutant's files with its changes, from now on. */
export function plantMutant(mutant: Mutant): void {
  const files = new Map(filesOf(mutant).map((file) => [new URL(`../../${file}`, import.meta.url).href, file]));
  registerHooks({
    load(url, context, nextLoad) {
      const result = nextLoad(url, context);
      const file = files.get(url);
      if (file === undefined) return result;
      const { source } = result;
      if (source === undefined || source === null) throw new Error(`${file} has no source`);
      const text = typeof source === "string" ? source : new TextDecoder().decode(source);
      return { ...result, source: mutate(mutant, file, text) };
    },
  });
}
