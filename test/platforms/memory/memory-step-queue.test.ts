import { describe, expect, test } from "vitest";
import { MemoryStepQueue, SimulatedClock } from "../../../src/platforms/memory/index.ts";

function openQueue(options: { visibilityMs?: number; maxReceiveCount?: number } = {}) {
  const clock = new SimulatedClock();
  return { clock, queue: new MemoryStepQueue(clock, options) };
}

describe("the memory queue's consumer", () => {
  test("gets a message again after its visibility is over, counted", () => {
    const { clock, queue } = openQueue({ visibilityMs: 1_000 });
    queue.sendBody("a");
    expect(queue.receive()).toMatchObject([{ body: "a", receiveCount: 1 }]);
    clock.advance(999);
    expect(queue.receive()).toEqual([]);
    clock.advance(1);
    expect(queue.receive()).toMatchObject([{ body: "a", receiveCount: 2 }]);
  });

  test("gets no more messages at once than it asks for, and each of them once", () => {
    const { queue } = openQueue();
    for (let index = 0; index < 5; index += 1) queue.sendBody(String(index));
    const bodies = [queue.receive(2), queue.receive(2), queue.receive(2), queue.receive(2)].map((batch) =>
      batch.map(({ body }) => body),
    );
    expect(bodies).toEqual([["0", "1"], ["2", "3"], ["4"], []]);
  });

  test("never gets a deleted message again", () => {
    const { clock, queue } = openQueue({ visibilityMs: 1_000 });
    queue.sendBody("a");
    const [message] = queue.receive();
    queue.delete(message?.receiptHandle ?? "");
    clock.advance(10_000);
    expect(queue.receive()).toEqual([]);
    expect(queue.messages).toEqual([]);
  });

  test("loses a message to the dead letters once it was received too often", () => {
    const { clock, queue } = openQueue({ visibilityMs: 1_000, maxReceiveCount: 2 });
    queue.sendBody("poison");
    queue.sendBody("later", 2);
    for (let round = 0; round < 2; round += 1) {
      expect(queue.receive()).toHaveLength(1);
      clock.advance(1_000);
    }
    expect(queue.receive()).toMatchObject([{ body: "later" }]);
    expect(queue.deadLetters).toEqual([{ body: "poison", reason: "received too often" }]);
  });

  test("a hidden message stays away as long as it was hidden, however long its visibility is", async () => {
    const { clock, queue } = openQueue({ visibilityMs: 1_000 });
    queue.sendBody("a");
    const [message] = queue.receive();
    await queue.hide(message?.receiptHandle ?? "", 60);
    clock.advance(59_999);
    expect(queue.receive()).toEqual([]);
    clock.advance(1);
    expect(queue.receive()).toHaveLength(1);
  });

  test("a purge loses everything, in flight or not, but not the dead letters", async () => {
    const { clock, queue } = openQueue({ visibilityMs: 1_000 });
    await queue.deadLetter("dead", "why");
    queue.sendBody("a");
    queue.sendBody("b", 900);
    queue.receive();
    queue.purge();
    clock.advance(1_000_000);
    expect(queue.receive()).toEqual([]);
    expect(queue.deadLetters).toEqual([{ body: "dead", reason: "why" }]);
  });
});
