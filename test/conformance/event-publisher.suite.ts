import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EventPublisher, OutgoingEvent } from "../../src/ports/event-publisher.ts";

/** A publisher, and what arrived on its bus, oldest first. */
export interface EventPublisherUnderTest {
  readonly publisher: EventPublisher;
  received(): readonly (OutgoingEvent & { readonly eventId: string })[];
  close(): Promise<void>;
}

const event: OutgoingEvent = { source: "shop.orders", detailType: "Order Shipped", detail: { orderId: "o1" } };

/** Registers the tests that every event publisher passes (the docstrings of src/ports/event-publisher.ts). */
export function describeEventPublisher(name: string, open: () => Promise<EventPublisherUnderTest>): void {
  describe(`the event publisher of ${name}`, () => {
    let underTest: EventPublisherUnderTest | undefined;
    const opened = () => underTest ?? expect.fail("The event publisher is not open yet");
    beforeAll(async () => {
      underTest = await open();
    });
    afterAll(() => underTest?.close());

    test("an event arrives as it was published, under the id that it was given", async () => {
      const detail = { text: "größe 🚀 \u0000", list: [1, { a: null }], nested: { deep: true } };
      const { eventId } = await opened().publisher.publish({ ...event, detail });
      expect(eventId).not.toBe("");
      expect(opened().received().at(-1)).toMatchObject({ ...event, detail, eventId });
    });

    test("the same event twice is two events", async () => {
      const [first, second] = [await opened().publisher.publish(event), await opened().publisher.publish(event)];
      expect(first.eventId).not.toBe(second.eventId);
      const ids = opened()
        .received()
        .map(({ eventId }) => eventId);
      expect(ids.slice(-2)).toEqual([first.eventId, second.eventId]);
    });

    test("an event in the name of a service of AWS is refused for good, and does not arrive", async () => {
      const before = opened().received().length;
      const forged = opened().publisher.publish({ ...event, source: "aws.s3" });
      await expect(forged).rejects.toMatchObject({ code: "event.refused", isRetryable: false });
      expect(opened().received()).toHaveLength(before);
    });
  });
}
