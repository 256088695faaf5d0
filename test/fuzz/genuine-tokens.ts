import { makeResumeToken } from "../../src/dispatcher/resume-token.ts";

/** The key of `Harness`. */
const key = { id: "k1", secret: "first secret of the tests, 32 bytes" };
const keys = { current: async () => key, find: async () => key };

/** Tokens that the world of a conversation takes: of the workflow that waits there. */
export const genuineTokens: readonly string[] = await Promise.all(
  [{ version: 1 }, { version: 0 }, { version: 1, expiresAtS: 99_999_999_999 }, { version: 1, expiresAtS: 1 }].map(
    (grant) => makeResumeToken(keys, "order-2003", grant),
  ),
);
