/** A place that keeps secrets. */
export interface SecretSource {
  /** The text of a secret, or undefined when there is none of that name. Throws what the service throws. */
  read(name: string): Promise<string | undefined>;
}

/** The sources by the scheme of their references: `ssm` reads what `ssm:<name>` names. */
export type SecretSources = Readonly<Record<string, SecretSource>>;
