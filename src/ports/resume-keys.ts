/** A secret that signs resume tokens, and the id under which it is known. */
export interface ResumeKey {
  readonly id: string;
  readonly secret: string;
}

/** The keys of resume tokens: one signs, older ones still verify (rotation). */
export interface ResumeKeys {
  /** The key that signs. */
  current(): Promise<ResumeKey>;
  /** A key by id, or undefined when it is unknown or withdrawn. */
  find(id: string): Promise<ResumeKey | undefined>;
}
