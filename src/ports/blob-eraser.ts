/** Removes objects on request. */
export interface BlobEraser {
  /**
   * Removes every object whose key begins with `prefix`, none when there is none. Doing it again finishes what was
   * interrupted. Throws a retryable `RefluxoError` when the object store cannot be reached or refuses one of them.
   */
  eraseFolder(folder: { readonly bucket: string; readonly prefix: string }): Promise<void>;
}
