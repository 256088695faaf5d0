/** Something that happened in the local runtime itself; a line never holds a payload or a secret (I16). */
export interface LocalLogLine {
  readonly level: "info" | "warn" | "error";
  /** The part that speaks: a function's logical id, a rule's name, `http`. */
  readonly source: string;
  readonly message: string;
  readonly error?: unknown;
}

/** Takes the lines of the local runtime. */
export type OnLog = (line: LocalLogLine) => void;
