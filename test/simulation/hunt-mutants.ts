import { mutants } from "./mutants.ts";
import { huntedIn, type Mutant } from "./mutate.ts";
import { runWorkers } from "./run-workers.ts";
import type { SimulateOptions } from "./simulate.ts";

const modes = ["on", "off"] as const;

/**
 * Hunts every mutant with the sweeper and without, and prints a row of a table for each; false when one survived in a
 * mode that does not excuse it.
 */
export async function huntMutants(
  options: Omit<SimulateOptions, "hasSweeper">,
  { workers, print }: { readonly workers: number; readonly print: (line: string) => void },
): Promise<boolean> {
  print("| Mutant | With the sweeper | Without |");
  print("|---|---|---|");
  let areAllCaught = true;
  for (const mutant of mutants) {
    const cells: string[] = [];
    for (const mode of modes) {
      const hunted = { ...options, hasSweeper: mode === "on", ...huntedIn(mutant) };
      const { failure, schedules } = await runWorkers(hunted, { workers, mutant: mutant.name });
      const sound = failure && (await runWorkers({ ...hunted, seed: failure.seed, seeds: 1 }, { workers: 1 }));
      if (sound?.failure !== undefined) areAllCaught = false;
      const why = excuseOf(mutant, mode);
      if (failure === undefined && why === undefined) areAllCaught = false;
      cells.push(
        failure === undefined
          ? `survives ${schedules} (${why ?? "no reason is known"})`
          : `seed ${failure.seed}: ${/I\d+/.exec(failure.violations.join())?.[0]}${sound?.failure ? ", and so without the mutant" : ""}`,
      );
    }
    print(`| ${[mutant.name, ...cells].join(" | ")} |`);
  }
  return areAllCaught;
}

function excuseOf({ mayEscape }: Mutant, mode: (typeof modes)[number]): string | undefined {
  return mayEscape?.sweeper === mode ? mayEscape.why : undefined;
}
