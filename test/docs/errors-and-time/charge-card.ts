import { type NodeDefinition, RetryableError, TerminalError } from "../../../src/engine/index.ts";
import { pay } from "./services.ts";

export const chargeCard: NodeDefinition<{ readonly amount: number }> = {
  async executor({ amount }, _context, _payload, _globals, step) {
    const answer = await pay({ amount, idempotencyKey: step?.stepKey });
    if (answer.status === 429) {
      throw new RetryableError("The bank is busy", { code: "bank.busy", afterMs: answer.retryAfterMs });
    }
    if (answer.status === 402) throw new TerminalError("The card was declined", { code: "card.declined" });
    return { data: { paymentId: answer.paymentId } };
  },
};
