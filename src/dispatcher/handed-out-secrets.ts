import { LRUCache } from "lru-cache";
import { formsOf } from "./secret-forms.ts";

/** What stands in a text where a secret stood. */
export const redacted = "[secret]";

/** A shorter secret would be found in any text. */
const minLength = 8;
/** The most secrets that are watched; each adds to what a search costs. */
const maxSecrets = 128;
/** The most texts within one JSON secret that are: it must not push the others out. */
const maxTexts = 32;
/** The most resume tokens that are watched: more than there are steps at a time in one container. */
const maxTokens = 32;

/**
 * The secrets that this process handed to nodes, in order to keep them out of whatever leaves it (I16): exact
 * occurrences, in the forms that programs give them. The newest are watched; none is ever written anywhere.
 */
export class HandedOutSecrets {
  // A bound by size, unlike one by count, takes no memory before there is something to keep.
  readonly #secrets = new LRUCache<string, readonly string[]>({ maxSize: maxSecrets, sizeCalculation: () => 1 });
  readonly #tokens = new LRUCache<string, readonly string[]>({ maxSize: maxTokens, sizeCalculation: () => 1 });
  #pattern: RegExp | undefined;
  #isStale = false;

  /** Watches a secret from now on, and when it is JSON, the first 32 texts in it. */
  add(secret: string): void {
    for (const text of textsOf(secret)) this.#watch(this.#secrets, text);
  }

  /** Watches a resume token from now on. */
  addToken(token: string): void {
    this.#watch(this.#tokens, token);
  }

  /** Whether a watched secret stands in a text. */
  isIn(text: string): boolean {
    const pattern = this.#search();
    return pattern !== undefined && text.search(pattern) >= 0;
  }

  /** The text with `[secret]` for each watched secret in it. */
  redact(text: string): string {
    const pattern = this.#search();
    return pattern === undefined ? text : text.replaceAll(pattern, redacted);
  }

  #watch(kept: LRUCache<string, readonly string[]>, text: string): void {
    const secret = text.trim();
    if (secret.length < minLength || kept.get(secret) !== undefined) return;
    kept.set(secret, formsOf(secret));
    this.#isStale = true;
  }

  /** One pass over a text, however many secrets there are; longer forms first, as one may begin with another. */
  #search(): RegExp | undefined {
    if (this.#isStale) {
      const forms = [...this.#secrets.values(), ...this.#tokens.values()].flat();
      const longestFirst = forms.toSorted((a, b) => b.length - a.length);
      this.#pattern = new RegExp(longestFirst.map((form) => escapePattern(form)).join("|"), "g");
      this.#isStale = false;
    }
    return this.#pattern;
  }
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function textsOf(secret: string): readonly string[] {
  const texts = [secret];
  let value: unknown;
  try {
    value = JSON.parse(secret);
  } catch {
    // Not JSON: the text is all there is.
    return texts;
  }
  const collect = (item: unknown) => {
    if (typeof item === "string") texts.push(item);
    else if (typeof item === "object" && item !== null) Object.values(item).forEach(collect);
  };
  collect(value);
  return [...new Set(texts)].slice(0, maxTexts + 1);
}
