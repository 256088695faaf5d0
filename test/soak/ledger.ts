import { appendFileSync, closeSync, openSync, readSync } from "node:fs";
import * as v from "valibot";

const ofVersion = { at: v.number(), pid: v.number(), workflowId: v.string(), version: v.number() };

/** One line of the ledger; `at` is epoch ms. Written before (a run) or after (the rest) the thing happens. */
export const LedgerLine = v.variant("type", [
  /** A node ran: its effect. */
  v.object({ type: v.literal("run"), ...ofVersion, stepKey: v.string(), attempt: v.number(), isAsking: v.boolean() }),
  /** The store granted a claim. */
  v.object({ type: v.literal("claim"), ...ofVersion, expiresAt: v.number(), count: v.number() }),
  /** A claim was given back, since its step threw. */
  v.object({ type: v.literal("release"), ...ofVersion }),
  /** The store took a transition. */
  v.object({ type: v.literal("commit"), ...ofVersion, digest: v.string(), hasEnded: v.boolean() }),
  /** A batch brought messages that were received before. */
  v.object({ type: v.literal("redelivered"), at: v.number(), pid: v.number(), count: v.number() }),
  /** The sweeper sent messages. */
  v.object({ type: v.literal("swept"), at: v.number(), pid: v.number(), count: v.number() }),
  /** The parent killed a dispatcher. */
  v.object({ type: v.literal("kill"), at: v.number(), pid: v.number() }),
  /** The parent killed the emulators; they answered again at `until`. */
  v.object({ type: v.literal("outage"), at: v.number(), until: v.number() }),
]);
export type LedgerLine = v.InferOutput<typeof LedgerLine>;

/** Adds a line; one write on a file opened for appending, so that lines of several processes never mix. */
export function appendLine(path: string, line: LedgerLine): void {
  appendFileSync(path, `${JSON.stringify(line)}\n`);
}

const chunkBytes = 1 << 20;

/** Reads a ledger that grows: each call gives the whole lines that were added since the one before. */
export class LedgerReader {
  readonly #path: string;
  #offset = 0;
  #rest = "";

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws when a line is none of the ledger's. */
  read(): readonly LedgerLine[] {
    const file = openSync(this.#path, "a+");
    const buffer = Buffer.alloc(chunkBytes);
    let text = this.#rest;
    try {
      for (let size = -1; size !== 0; ) {
        size = readSync(file, buffer, 0, chunkBytes, this.#offset);
        this.#offset += size;
        text += buffer.toString("latin1", 0, size);
      }
    } finally {
      closeSync(file);
    }
    const lines = text.split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.map((line) => v.parse(LedgerLine, JSON.parse(line)));
  }
}
