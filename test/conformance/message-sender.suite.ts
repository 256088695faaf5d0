import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MessageSender, QueueMessage } from "../../src/ports/message-sender.ts";

/** A message as it is received. */
export type ReceivedMessage = Pick<QueueMessage, "body" | "attributes"> & { readonly messageId: string };

/** A sender that may send to the queues `orders` and `orders.fifo`, and to no other. */
export interface MessageSenderUnderTest {
  readonly sender: MessageSender;
  /** Takes what lies on a queue off it. */
  receive(queue: "orders" | "orders.fifo"): Promise<readonly ReceivedMessage[]>;
  /** Names of queues that it must refuse: the dispatcher's own above all. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

/** Registers the tests that every message sender passes (the docstrings of src/ports/message-sender.ts). */
export function describeMessageSender(name: string, open: () => Promise<MessageSenderUnderTest>): void {
  describe(`the message sender of ${name}`, () => {
    let underTest: MessageSenderUnderTest | undefined;
    const opened = () => underTest ?? expect.fail("The message sender is not open yet");
    beforeAll(async () => {
      underTest = await open();
    });
    afterAll(() => underTest?.close());

    test("a message arrives with its attributes, under the id that it was given", async () => {
      const message = { queue: "orders", body: '{"text":"größe"}', attributes: { kind: "order", "shop.region": "eu" } };
      const { messageId } = await opened().sender.send(message);
      const { body, attributes } = message;
      expect(await opened().receive("orders")).toEqual([{ messageId, body, attributes }]);
    });

    test("a message without attributes arrives without", async () => {
      await opened().sender.send({ queue: "orders", body: "x", attributes: {} });
      expect(await opened().receive("orders")).toMatchObject([{ body: "x", attributes: {} }]);
    });

    test("messages of one group of a FIFO queue come in order, and one that is sent again is one message", async () => {
      const send = (body: string) =>
        opened().sender.send({ queue: "orders.fifo", body, attributes: {}, groupId: "g", deduplicationId: body });
      for (const body of ["first", "second", "first"]) await send(body);
      expect((await opened().receive("orders.fifo")).map(({ body }) => body)).toEqual(["first", "second"]);
    });

    test("a queue that is not named, and one of the dispatcher's own, is refused for good", async () => {
      for (const queue of ["of-others", "", "https://elsewhere.example/000000000000/orders", ...opened().refused]) {
        const sending = opened().sender.send({ queue, body: "x", attributes: {} });
        await expect(sending, queue).rejects.toMatchObject({ code: "message.queue-refused", isRetryable: false });
      }
    });
  });
}
