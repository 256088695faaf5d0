import * as v from "valibot";
import { defineNode, given } from "../../../src/nodes/index.ts";

/** `apiKey` is a reference to the secret. */
const SendSmsData = v.strictObject({ url: v.string(), apiKey: v.string(), to: v.string(), text: v.string() });

const SentSms = v.object({ id: v.string() });

/** Sends a text message through a service that asks for a key. */
export const sendSms = defineNode({
  metadata: { input: SendSmsData, output: SentSms },
  retryPolicy: { maxAttempts: 5, interval: 1_000, backoff: "exponential" },
  async executor(data, _context, _externalPayload, globals, step) {
    const { stepKey, signal } = given(step, "step");
    const apiKey = await given(globals, "globals").secret(data.apiKey);
    const answer = await fetch(data.url, {
      method: "POST",
      signal,
      headers: { authorization: `Bearer ${apiKey}`, "idempotency-key": stepKey, "content-type": "application/json" },
      body: JSON.stringify({ to: data.to, text: data.text }),
    });
    if (!answer.ok) throw new Error(`The SMS service answered ${answer.status}`);
    return { data: v.parse(SentSms, await answer.json()) };
  },
});
