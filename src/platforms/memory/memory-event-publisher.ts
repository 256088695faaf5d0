import { RefluxoError } from "../../engine/index.ts";
import type { EventPublisher, OutgoingEvent } from "../../ports/event-publisher.ts";

/** Keeps the events that are published, in order. */
export class MemoryEventPublisher implements EventPublisher {
  readonly events: (OutgoingEvent & { readonly eventId: string })[] = [];

  async publish({ source, detailType, detail }: OutgoingEvent): Promise<{ readonly eventId: string }> {
    if (source.startsWith("aws.")) {
      throw new RefluxoError("event.refused", "The bus did not take the event: NotAuthorizedForSourceException");
    }
    const eventId = `event-${this.events.length + 1}`;
    this.events.push({ eventId, source, detailType, detail: structuredClone(detail) });
    return { eventId };
  }
}
