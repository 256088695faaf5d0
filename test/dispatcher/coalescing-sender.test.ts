import { describe, expect, it } from "vitest";
import { CoalescingSender } from "../../src/dispatcher/coalescing-sender.ts";
import type { OutgoingMessage, StepQueue } from "../../src/ports/step-queue.ts";
import { settle } from "./settle.ts";

const message = (version: number): OutgoingMessage => ({
  message: { type: "step", schemaVersion: 1, workflowId: "w", version },
  delaySeconds: 0,
});

/** A queue whose requests are answered by hand. */
function manualQueue() {
  const requests: { versions: number[]; answer: (errors: readonly (Error | undefined)[]) => void }[] = [];
  const queue: Pick<StepQueue, "send"> = {
    send: (messages) =>
      new Promise((answer) => {
        const versions = messages.map((outgoing) =>
          "version" in outgoing.message ? (outgoing.message.version ?? -1) : -1,
        );
        requests.push({ versions, answer });
      }),
  };
  return { requests, sender: new CoalescingSender(Object.assign(queue, { deadLetter: never, hide: never })) };
}

const never = () => Promise.reject(new Error("not expected"));

describe("CoalescingSender", () => {
  it("sends what falls due during a request together with the next one", async () => {
    const { requests, sender } = manualQueue();
    const sends = [0, 1, 2, 3].map((version) => sender.send(message(version)));
    await settle();
    expect(requests.map(({ versions }) => versions)).toEqual([[0]]);
    requests[0]?.answer([undefined]);
    await settle();
    expect(requests.map(({ versions }) => versions)).toEqual([[0], [1, 2, 3]]);
    requests[1]?.answer([undefined, undefined, undefined]);
    await Promise.all(sends);
  });

  it("rejects only the sends that the queue refused, and all of them when the request failed", async () => {
    const { requests, sender } = manualQueue();
    const first = sender.send(message(0));
    const [second, third] = [sender.send(message(1)), sender.send(message(2))];
    await settle();
    requests[0]?.answer([new Error("refused")]);
    await expect(first).rejects.toThrow("refused");
    await settle();
    requests[1]?.answer([undefined, new Error("throttled")]);
    await second;
    await expect(third).rejects.toThrow("throttled");
    const down = new CoalescingSender({ send: never, deadLetter: never, hide: never });
    await expect(down.send(message(3))).rejects.toThrow("not expected");
    await expect(down.send(message(4))).rejects.toThrow("not expected");
  });
});
