/** Where something stands in a definition: `["nodes", 2, "data", "title"]`. */
export type DefinitionPath = readonly (string | number)[];

/** What a rule has to say. An error fails the lint, a warning does not. */
export interface Problem {
  readonly rule: string;
  readonly severity: "error" | "warning";
  readonly path: DefinitionPath;
  /** Characters from the beginning of the text at `path`, when the problem stands within one. */
  readonly offset?: number;
  readonly message: string;
  /** How to mend it. */
  readonly fix: string;
}

/** A problem at its place in a file. */
export interface Finding extends Problem {
  readonly file: string;
  /** Counted from 1, as editors do. */
  readonly line: number;
  readonly column: number;
}

/** A finding as the terminal shows it: the place first, so that editors can follow it. */
export function formatFinding({ file, line, column, severity, rule, message, fix }: Finding): string {
  return `${file}:${line}:${column} ${severity} ${rule}: ${message}\n    fix: ${fix}`;
}

/** Names in a sentence: `'a', 'b' or 'c'`. */
export function listNames(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  const last = quoted.at(-1) ?? "none";
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(", ")} or ${last}`;
}
