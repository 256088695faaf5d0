interface Change {
  readonly file: string;
  readonly find: string;
  readonly replacement: string;
}

/** One rule of the protocol switched off, by a change of the source text as it is loaded: src/ itself knows nothing of it. */
export interface Mutant {
  readonly name: string;
  /** Each text must stand exactly once in its file, whose path begins at the project's root. */
  readonly changes: readonly Change[];
  /** Whether the sweeper runs while `npm test` hunts the mutant: the mode that takes fewer seeds. */
  readonly hasSweeper: boolean;
  /** Whether it is hunted in worlds with child workflows alone. */
  readonly children?: "all";
  /** How many steps a message may run where it is hunted; 1 when absent. */
  readonly steps?: number;
  /** Whether messages carry their workflow where it is hunted. */
  readonly carries?: boolean;
  /** Where `npm test` begins its hunt, for those that take long; `--mutant all` hunts from the seed that it is given. */
  readonly fromSeed?: number;
  /**
   * The file of the test that turned red when it was planted by hand, for those of which 3,000 worlds showed nothing:
   * `npm test` does not hunt these, `--mutant all` does.
   */
  readonly unitTest?: string;
  /** The mode in which it need not be caught, and why that is right. */
  readonly mayEscape?: { readonly sweeper: "on" | "off"; readonly why: string };
}

/** Changes of one file. */
export function changesOf(
  file: string,
  texts: readonly (readonly [find: string, replacement: string])[],
): readonly Change[] {
  return texts.map(([find, replacement]) => ({ file, find, replacement }));
}

/** The worlds that a mutant is hunted in: if it says nothing else, those whose messages run one step and carry nothing. */
export function huntedIn({ children, steps = 1, carries = false }: Mutant) {
  return { steps, carries, ...(children && { children }) };
}

/** The files that a mutant changes. */
export function filesOf({ changes }: Mutant): readonly string[] {
  return [...new Set(changes.map(({ file }) => file))];
}

/** The source of a file with the mutant's changes; throws when a text does not stand there exactly once. */
export function mutate({ name, changes }: Mutant, file: string, source: string): string {
  return changes
    .filter((change) => change.file === file)
    .reduce((text, { find, replacement }) => {
      const count = text.split(find).length - 1;
      if (count !== 1) throw new Error(`Mutant "${name}": ${file} has "${find}" ${count} times instead of once`);
      return text.replace(find, () => replacement);
    }, source);
}
