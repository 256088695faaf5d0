import type { Logger } from "../../src/ports/logger.ts";

/** Says nothing: what the soak wants to know stands in its ledger and in the table. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
