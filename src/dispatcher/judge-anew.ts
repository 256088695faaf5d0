import { RefluxoError } from "../engine/index.ts";
import type { Outcome } from "./outcome.ts";

const maxRounds = 5;

/**
 * Tries until an attempt settles; an attempt that another owner forestalled resolves to undefined and is made anew
 * from the table. Throws a retryable error after five rounds, so that the message is delivered again.
 */
export async function judgeAnew(attempt: () => Promise<Outcome | undefined>): Promise<Outcome> {
  for (let round = 0; round < maxRounds; round += 1) {
    const outcome = await attempt();
    if (outcome !== undefined) return outcome;
  }
  throw new RefluxoError("dispatcher.contended", "Other owners were first again and again", { isRetryable: true });
}
